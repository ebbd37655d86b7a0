package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.IdBound;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.mapping.DerivedId;
import dev.changeover.plan.CollectionPlan;
import java.util.Optional;
import java.util.UUID;

/**
 * The rows that a part of a collection answers for, where keys are ObjectIds: their ids are in the order of their keys, so
 * the ranges of all parts, one beside the other, are all ids that there can be. An edge that is no ObjectId lies before or
 * after all of them, as MongoDB sorts it.
 */
record IdRange(Edge from, Edge to) {
    /** All ids at or after an edge are on its one side, those before it on the other. */
    sealed interface Edge {
        record BeforeAll() implements Edge {}

        record At(UUID id) implements Edge {}

        record AfterAll() implements Edge {}
    }

    /** Whether the rows of a collection can be told apart by its parts. */
    static boolean isIn(CollectionPlan plan) {
        return plan.idType() == BsonType.OBJECT_ID;
    }

    /** Of a collection for which {@link #isIn} holds. */
    static IdRange of(CollectionPlan plan, Chunk part) {
        return new IdRange(edge(plan, part.from(), new Edge.BeforeAll()), edge(plan, part.to(), new Edge.AfterAll()));
    }

    private static Edge edge(CollectionPlan plan, Optional<IdBound> bound, Edge open) {
        return bound.map(key -> edge(plan, key)).orElse(open);
    }

    private static Edge edge(CollectionPlan plan, IdBound key) {
        BsonCursor at = new BsonCursor(key.document());
        boolean there = at.next();
        return switch (there ? at.type() : BsonType.NULL) {
            case OBJECT_ID -> new Edge.At(DerivedId.of(plan.namespace(), key));
            case MIN_KEY, UNDEFINED, NULL, DOUBLE, INT32, INT64, DECIMAL128, STRING, SYMBOL, DOCUMENT, ARRAY, BINARY ->
                new Edge.BeforeAll();
            case BOOLEAN, DATE, TIMESTAMP, REGEX, DB_POINTER, CODE, CODE_WITH_SCOPE, MAX_KEY -> new Edge.AfterAll();
        };
    }

    boolean has(UUID id) {
        return !isBefore(id, from) && isBefore(id, to);
    }

    /** As PostgreSQL sorts them, without a sign. */
    private static boolean isBefore(UUID id, Edge edge) {
        return switch (edge) {
            case Edge.BeforeAll all -> false;
            case Edge.AfterAll all -> true;
            case Edge.At at -> {
                int high = Long.compareUnsigned(
                        id.getMostSignificantBits(), at.id().getMostSignificantBits());
                yield high < 0
                        || high == 0
                                && Long.compareUnsigned(
                                                id.getLeastSignificantBits(),
                                                at.id().getLeastSignificantBits())
                                        < 0;
            }
        };
    }

    /** The same as a condition of SQL. */
    String condition() {
        return "(NOT " + before(from) + " AND " + before(to) + ")";
    }

    private static String before(Edge edge) {
        return switch (edge) {
            case Edge.BeforeAll all -> "false";
            case Edge.AfterAll all -> "true";
            case Edge.At at -> "(id < '" + at.id() + "')";
        };
    }
}
