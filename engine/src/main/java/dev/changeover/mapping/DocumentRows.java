package dev.changeover.mapping;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The rows of one document: the collection's own and, for each child table in the mapper's order, its rows. */
public record DocumentRows(Tuple row, List<List<Tuple>> children) {
    /** The first field of every table: the row's id, or its parent's. */
    public static UUID id(Tuple row) {
        return new UUID(Tuple.int64(row.bytes(), row.start(0)), Tuple.int64(row.bytes(), row.start(0) + 8));
    }

    /** f of the documents that were mapped into {@code buffers} since they were cleared, in their order. */
    public static List<DocumentRows> of(List<RowBuffer> buffers) {
        return read(buffers, buffer -> Arrays.copyOf(buffer.bytes(), buffer.size()));
    }

    /** The same without a copy of the bytes: of use until the buffers are cleared. */
    public static List<DocumentRows> within(List<RowBuffer> buffers) {
        return read(buffers, RowBuffer::bytes);
    }

    private static List<DocumentRows> read(List<RowBuffer> buffers, Function<RowBuffer, byte[]> bytes) {
        List<DocumentRows> all = new ArrayList<>();
        Map<UUID, DocumentRows> byId = new HashMap<>();
        for (Tuple row : tuples(buffers.getFirst(), bytes)) {
            List<List<Tuple>> children = new ArrayList<>();
            for (int i = 1; i < buffers.size(); i++) {
                children.add(new ArrayList<>());
            }
            all.add(new DocumentRows(row, children));
            if (buffers.size() > 1) {
                byId.put(id(row), all.getLast());
            }
        }
        for (int i = 1; i < buffers.size(); i++) {
            for (Tuple row : tuples(buffers.get(i), bytes)) {
                Objects.requireNonNull(byId.get(id(row))).children().get(i - 1).add(row);
            }
        }
        return all;
    }

    private static List<Tuple> tuples(RowBuffer rows, Function<RowBuffer, byte[]> of) {
        List<Tuple> tuples = new ArrayList<>();
        byte[] bytes = of.apply(rows);
        for (int at = 0; at < rows.size(); at = tuples.getLast().end()) {
            tuples.add(Tuple.read(bytes, at));
        }
        return tuples;
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

    public UUID id() {
        return id(row);
    }

    public String mongoId() {
        return new String(row.bytes(), row.start(1), row.length(1), StandardCharsets.UTF_8);
    }
}
