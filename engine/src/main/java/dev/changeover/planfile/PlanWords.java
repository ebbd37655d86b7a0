package dev.changeover.planfile;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan.Absent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The words of changeover.yaml: what they mean, and what a person may have meant by another. Pure functions. */
final class PlanWords {
    static final String JSONB = "jsonb";
    static final String FLATTEN = "flatten";
    static final String NATIVE = "native";
    static final String CHILD_TABLE = "child table";
    static final List<String> NESTED_CHOICES = List.of(JSONB, FLATTEN, CHILD_TABLE);
    static final List<String> ARRAY_CHOICES = List.of(JSONB, NATIVE, CHILD_TABLE);

    /** Other names of our column types, as people know them from SQL and from MongoDB. */
    private static final Map<String, String> ALSO_KNOWN = Map.ofEntries(
            Map.entry("int", "integer"),
            Map.entry("int4", "integer"),
            Map.entry("smallint", "integer"),
            Map.entry("int8", "bigint"),
            Map.entry("long", "bigint"),
            Map.entry("double", "double precision"),
            Map.entry("float", "double precision"),
            Map.entry("float8", "double precision"),
            Map.entry("real", "double precision"),
            Map.entry("decimal", "numeric"),
            Map.entry("varchar", "text"),
            Map.entry("string", "text"),
            Map.entry("char", "text"),
            Map.entry("bool", "boolean"),
            Map.entry("timestamp", "timestamptz"),
            Map.entry("date", "timestamptz"),
            Map.entry("json", "jsonb"),
            Map.entry("object", "jsonb"),
            Map.entry("binary", "bytea"),
            Map.entry("blob", "bytea"));

    private PlanWords() {}

    static Map<String, ColumnType> types() {
        Map<String, ColumnType> types = new LinkedHashMap<>();
        for (ColumnType.Scalar scalar : ColumnType.Scalar.values()) {
            types.put(scalar.sql(), new ColumnType(scalar, false));
        }
        for (ColumnType.Scalar scalar : ColumnType.Scalar.values()) {
            types.put(scalar.sql() + "[]", ColumnType.arrayOf(scalar));
        }
        return types;
    }

    static List<String> bsonAliases() {
        return Arrays.stream(BsonType.values()).map(BsonType::alias).toList();
    }

    static String word(Absent absent) {
        return absent.name().toLowerCase(Locale.ROOT);
    }

    /** The word among {@code known} that {@code wrong} was probably meant to be. */
    static Optional<String> meant(String wrong, List<String> known) {
        String lower = wrong.toLowerCase(Locale.ROOT).strip();
        String other = ALSO_KNOWN.getOrDefault(lower.replace("[]", ""), "");
        String asArray = lower.endsWith("[]") ? other + "[]" : other;
        if (known.contains(asArray)) {
            return Optional.of(asArray);
        }
        String nearest = "";
        int least = Integer.MAX_VALUE;
        for (String word : known) {
            int distance = distance(lower, word.toLowerCase(Locale.ROOT));
            if (distance < least) {
                least = distance;
                nearest = word;
            }
        }
        return least <= Math.max(2, nearest.length() / 3) && least < nearest.length()
                ? Optional.of(nearest)
                : Optional.empty();
    }

    /** Letters to put in, take out or change (Levenshtein). */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, Math.min(previous[j], row[j - 1]) + 1);
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
