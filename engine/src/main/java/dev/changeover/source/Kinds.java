package dev.changeover.source;

import dev.changeover.CollectionKind;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/** Tells what a namespace is from what a catalog says of it. */
public final class Kinds {
    /** A collection of Changeover's own, which it writes where the user may not write no-ops. */
    public static final String HEARTBEAT = "changeover.heartbeat";

    private Kinds() {}

    /** {@code type} is the catalog's; {@code siblings} are the names in the same database, for GridFS. */
    public static CollectionKind of(String name, String type, BsonDocument options, Set<String> siblings) {
        if (name.startsWith("system.") || name.equals(HEARTBEAT)) {
            return CollectionKind.SYSTEM;
        }
        if (type.equals("view")) {
            return CollectionKind.VIEW;
        }
        if (type.equals("timeseries")) {
            return CollectionKind.TIME_SERIES;
        }
        if (isGridFs(name, siblings)) {
            return CollectionKind.GRID_FS;
        }
        if (isTrue(options.get("capped"))) {
            return CollectionKind.CAPPED;
        }
        return options.containsKey("clusteredIndex") ? CollectionKind.CLUSTERED : CollectionKind.COLLECTION;
    }

    private static boolean isGridFs(String name, Set<String> siblings) {
        boolean files = name.endsWith(".files") && siblings.contains(name.substring(0, name.length() - 5) + "chunks");
        boolean chunks = name.endsWith(".chunks") && siblings.contains(name.substring(0, name.length() - 6) + "files");
        return files || chunks;
    }

    private static boolean isTrue(@Nullable BsonValue value) {
        return value != null && (value.isBoolean() ? value.asBoolean().getValue() : value.isNumber());
    }
}
