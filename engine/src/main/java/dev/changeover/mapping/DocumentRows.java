package dev.changeover.mapping;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** The rows of one document: the collection's own and, for each child table in the mapper's order, its rows. */
public record DocumentRows(Tuple row, List<List<Tuple>> children) {
    /** The first field of every table in hex: the row's id, or its parent's. */
    public static String id(Tuple row) {
        return HexFormat.of().formatHex(row.bytes(), row.start(0), row.start(0) + 16);
    }

    /** mongo_extra as text, where mongo_id is only a digest of the key. */
    public Optional<String> extra() {
        int field = row.fields() - 1;
        boolean needed = MongoId.isDigest(mongoId()) && !row.isNull(field);
        return needed
                ? Optional.of(
                        new String(row.bytes(), row.start(field) + 1, row.length(field) - 1, StandardCharsets.UTF_8))
                : Optional.empty();
    }

    public String id() {
        return id(row);
    }

    public String mongoId() {
        return new String(row.bytes(), row.start(1), row.length(1), StandardCharsets.UTF_8);
    }
}
