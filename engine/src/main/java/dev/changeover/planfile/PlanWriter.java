package dev.changeover.planfile;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import java.util.List;
import java.util.TreeMap;

/** A plan as the tree of changeover.yaml. What has its usual value is not written. Pure functions. */
final class PlanWriter {
    static final String HEADER = """
            # What each MongoDB collection becomes in PostgreSQL, and why. Written by `changeover plan`; yours to edit.
            #
            #   column, type     rename a column, give it another type; a value that does not fit stays in mongo_extra
            #   nested           what a document becomes: jsonb, flatten (columns of this table) or child table
            #   array            what an array becomes:   jsonb, native (text[]...) or child table
            #                    Change just this word, then run `changeover plan` again: it writes the columns.
            #   exclude: true    do not take a field along        clean: true   put text without its NULs in the column
            #   skip: true       do not make an index             sql:          make the index by your own statement
            #   note             your own words; a question that `changeover plan` asks is answered by one
            #
            # Run `changeover plan` again at any time: it keeps your edits and comments, and adds what is new.
            # To leave a collection out, move its name under `left out` with a reason. The index on _id is always made.
            """;

    private PlanWriter() {}

    static YamlTree.Group tree(Plan plan) {
        YamlTree.Group collections = YamlTree.Group.ofSpaced();
        plan.collections().forEach(c -> collections.put(c.namespace().toString(), collection(c)));
        YamlTree.Group leftOut = YamlTree.Group.of();
        plan.leftOut().forEach(l -> leftOut.put(l.namespace().toString(), l.reason()));
        YamlTree.Group top = YamlTree.Group.ofSpaced().put("collections", collections);
        return leftOut.entries().isEmpty() ? top : top.put("left out", leftOut);
    }

    private static YamlTree.Group collection(CollectionPlan plan) {
        YamlTree.Group group = YamlTree.Group.of().put("table", table(plan.table()));
        if (plan.idType() != BsonType.OBJECT_ID) {
            group.put("_id", plan.idType().alias());
        }
        notes(group, plan.notes());
        group.put("fields", fields(plan.fields()));
        if (!plan.indexes().isEmpty()) {
            YamlTree.Group indexes = YamlTree.Group.of();
            plan.indexes().forEach(index -> indexes.put(index.name(), index(index)));
            group.put("indexes", indexes);
        }
        return group;
    }

    /** Schema and name, divided by a dot unless the schema is public and the name has no dot. */
    static String table(TableName table) {
        boolean bare = table.schema().equals("public") && !table.name().contains(".");
        return bare ? table.name() : table.toString();
    }

    private static void notes(YamlTree.Group group, Notes notes) {
        group.putIfAny("seen", notes.seen()).putIfAny("why", notes.why()).putIfAny("note", notes.note());
    }

    private static YamlTree.Group fields(List<FieldPlan> fields) {
        YamlTree.Group group = YamlTree.Group.of();
        fields.forEach(field -> group.put(field.field(), field(field)));
        return group;
    }

    private static YamlTree.Group field(FieldPlan field) {
        YamlTree.Group group = YamlTree.Group.of();
        switch (field) {
            case FieldPlan.Column column -> column(group, column);
            case FieldPlan.Flatten flatten -> {
                group.put("nested", PlanWords.FLATTEN);
                absent(group, flatten.absent());
                notes(group, flatten.notes());
                group.put("fields", fields(flatten.fields()));
            }
            case FieldPlan.Child child -> {
                group.put(child.array() ? "array" : "nested", PlanWords.CHILD_TABLE);
                group.put("table", table(child.table()));
                absent(group, child.absent());
                notes(group, child.notes());
                child.value().ifPresent(value -> {
                    YamlTree.Group inner = YamlTree.Group.of();
                    column(inner, value);
                    group.put("value", inner);
                });
                group.put("fields", fields(child.fields()));
            }
            case FieldPlan.Excluded excluded -> {
                group.put("exclude", "true");
                notes(group, excluded.notes());
            }
        }
        return group;
    }

    private static void column(YamlTree.Group group, FieldPlan.Column column) {
        group.put("column", column.column());
        boolean jsonb = column.type().equals(ColumnType.JSONB);
        if (column.type().array()) {
            group.put("array", PlanWords.NATIVE).put("type", column.type().sql());
        } else if (jsonb && column.bson() == BsonType.DOCUMENT) {
            group.put("nested", PlanWords.JSONB);
        } else if (jsonb && column.bson() == BsonType.ARRAY) {
            group.put("array", PlanWords.JSONB);
        } else {
            group.put("type", column.type().sql());
        }
        boolean told = jsonb && (column.bson() == BsonType.DOCUMENT || column.bson() == BsonType.ARRAY);
        BsonType usual = column.type().usualBson(column.references().isPresent());
        if (!told && (jsonb || column.bson() != usual)) {
            group.put("bson", column.bson().alias());
        }
        absent(group, column.absent());
        column.references().ifPresent(target -> group.put("references", target.toString()));
        if (column.clean()) {
            group.put("clean", "true");
        }
        if (!column.shape().isEmpty()) {
            YamlTree.Group shape = YamlTree.Group.of();
            new TreeMap<>(column.shape()).forEach((path, type) -> shape.put(path, type.alias()));
            group.put("shape", shape);
        }
        notes(group, column.notes());
    }

    private static void absent(YamlTree.Group group, Absent absent) {
        if (absent != Absent.MISSING) {
            group.put("absent", PlanWords.word(absent));
        }
    }

    private static YamlTree.Group index(IndexPlan index) {
        YamlTree.Group group = YamlTree.Group.of();
        if (index.skip()) {
            group.put("skip", "true");
        }
        index.sql().ifPresent(sql -> group.put("sql", sql));
        notes(group, index.notes());
        if (!index.digest().isEmpty()) {
            group.put("digest", new YamlTree.Items(index.digest()));
        }
        return group.put("definition", index.definition());
    }
}
