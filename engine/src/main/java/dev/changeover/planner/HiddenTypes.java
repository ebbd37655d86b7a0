package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.Paths;
import dev.changeover.profile.ValueProfile;
import java.util.Map;
import java.util.TreeMap;

/**
 * The shape of a jsonb column: the BSON types inside that plain JSON cannot tell, path by path; the empty path is the value
 * itself. Pure functions.
 */
final class HiddenTypes {
    private static final int PATHS_MOST = 200;

    private HiddenTypes() {}

    static Map<String, BsonType> of(ValueProfile values) {
        Map<String, BsonType> shape = new TreeMap<>();
        if (!values.types().isEmpty() && !tells(values.types().get(0))) {
            shape.put("", values.types().get(0));
        }
        inside(values, "", shape);
        return shape;
    }

    private static void inside(ValueProfile values, String prefix, Map<String, BsonType> shape) {
        values.document()
                .ifPresent(document -> document.fields().forEach((name, inner) -> {
                    // A field really called * would be read as any index; its values are noted one by one instead.
                    if (!name.equals("*")) {
                        put(inner, prefix + Paths.escape(name), shape);
                    }
                }));
        values.array().ifPresent(array -> put(array.elements(), prefix + "*", shape));
    }

    private static void put(ValueProfile values, String path, Map<String, BsonType> shape) {
        if (shape.size() < PATHS_MOST
                && !values.types().isEmpty()
                && !tells(values.types().get(0))) {
            shape.put(path, values.types().get(0));
        }
        inside(values, path + ".", shape);
    }

    /** True where JSON shows the type, or where no type would do: those values are noted one by one. */
    private static boolean tells(BsonType type) {
        return switch (type) {
            case STRING, INT32, DOUBLE, BOOLEAN, NULL, DOCUMENT, ARRAY -> true;
            case UNDEFINED, REGEX, DB_POINTER, CODE, SYMBOL, CODE_WITH_SCOPE, TIMESTAMP, MIN_KEY, MAX_KEY -> true;
            case OBJECT_ID, DATE, DECIMAL128, BINARY, INT64 -> false;
        };
    }
}
