package dev.changeover.plan;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import java.util.List;

/**
 * What one collection becomes. {@code idType} is the type of {@code _id} whose text stands bare in mongo_id; every other
 * type is written so that it cannot be mistaken for it, see {@code mapping.MongoId}.
 */
public record CollectionPlan(
        Namespace namespace,
        TableName table,
        BsonType idType,
        List<FieldPlan> fields,
        List<IndexPlan> indexes,
        Notes notes) {
    public CollectionPlan {
        fields = List.copyOf(fields);
        indexes = List.copyOf(indexes);
    }

    /** The child tables, in the plan's order; those inside flattened documents too. */
    public List<FieldPlan.Child> children() {
        return FieldPlan.children(fields);
    }
}
