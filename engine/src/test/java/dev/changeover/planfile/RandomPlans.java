package dev.changeover.planfile;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Valid plans with everything a plan can say and with names that hurt; the same seed gives the same plan. */
final class RandomPlans {
    private static final List<String> TEXTS = List.of(
            "plain",
            "two words",
            "",
            " leads",
            "ends ",
            "colon: here",
            "a #comment?",
            "quote ' and \"",
            "- dash",
            "{flow}",
            "[x]",
            "null",
            "true",
            "~",
            "12",
            "1e3",
            "line\nbreak",
            "\uFEFFISO",
            "tab\t",
            "größe",
            "😀",
            "*",
            "&a",
            "!tag",
            "%",
            "@",
            "`",
            "<<",
            "a, b",
            "?",
            "x: ",
            "\u0085",
            "\u2028",
            "...",
            "---",
            "$type",
            "a.b",
            "back\\slash",
            "\u0000nul",
            "=");

    private final SplittableRandom random;
    private int tables;

    RandomPlans(long seed) {
        random = new SplittableRandom(seed);
    }

    Plan plan() {
        List<CollectionPlan> collections = new ArrayList<>();
        int n = random.nextInt(4);
        for (int i = 0; i < n; i++) {
            Namespace namespace = new Namespace("shop", "c" + i + text());
            collections.add(new CollectionPlan(
                    namespace,
                    table(),
                    random.nextBoolean() ? BsonType.OBJECT_ID : BsonType.STRING,
                    fields(namespace, new HashSet<>(), 0, false),
                    indexes(),
                    notes()));
        }
        List<Plan.LeftOut> leftOut = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            leftOut.add(new Plan.LeftOut(new Namespace("shop", "left" + i + text()), text()));
        }
        return new Plan(collections, leftOut);
    }

    /** {@code before} as a later run of the planner may leave it: some notes changed, some fields gone, some added. */
    Plan later(Plan before) {
        List<CollectionPlan> collections = new ArrayList<>();
        for (CollectionPlan plan : before.collections()) {
            List<FieldPlan> fields = new ArrayList<>();
            for (FieldPlan field : plan.fields()) {
                if (random.nextInt(6) > 0) {
                    fields.add(field instanceof FieldPlan.Column column ? renoted(column) : field);
                }
            }
            for (int i = random.nextInt(3); i > 0; i--) {
                fields.add(FieldPlan.Column.of("new" + i + text(), "new" + i, ColumnType.TEXT, BsonType.STRING));
            }
            List<IndexPlan> indexes = random.nextInt(3) == 0 ? List.of() : plan.indexes();
            Notes notes = random.nextBoolean() ? plan.notes() : notes();
            collections.add(new CollectionPlan(plan.namespace(), plan.table(), plan.idType(), fields, indexes, notes));
        }
        if (random.nextBoolean()) {
            Namespace namespace = new Namespace("more", "new" + text());
            List<FieldPlan> fields = fields(namespace, new HashSet<>(), 2, true);
            TableName table = new TableName("public", "new");
            collections.add(new CollectionPlan(namespace, table, BsonType.STRING, fields, indexes(), notes()));
        }
        return new Plan(collections, random.nextInt(3) == 0 ? List.of() : before.leftOut());
    }

    private FieldPlan.Column renoted(FieldPlan.Column column) {
        return new FieldPlan.Column(
                column.field(),
                column.column(),
                column.type(),
                column.bson(),
                random.nextInt(4) == 0 ? absent(2) : column.absent(),
                column.shape(),
                column.references(),
                column.clean(),
                random.nextBoolean() ? column.notes() : notes());
    }

    private String text() {
        return TEXTS.get(random.nextInt(TEXTS.size()));
    }

    private Notes notes() {
        return new Notes(text(), text(), text());
    }

    private TableName table() {
        tables++;
        return new TableName(
                random.nextBoolean() ? "public" : "other", "t" + tables + (random.nextBoolean() ? "" : text()));
    }

    private List<FieldPlan> fields(Namespace self, Set<String> columns, int depth, boolean child) {
        List<FieldPlan> fields = new ArrayList<>();
        Set<String> names = new HashSet<>(Set.of("_id"));
        int least = depth == 0 ? 0 : 1;
        for (int i = least + random.nextInt(6); i > 0; i--) {
            String name = text() + (random.nextInt(3) == 0 ? random.nextInt(3) : "");
            if (names.add(name)) {
                fields.add(field(self, name, columns, depth, child));
            }
        }
        if (fields.isEmpty() && depth > 0) {
            fields.add(new FieldPlan.Excluded("only", notes()));
        }
        return fields;
    }

    private FieldPlan field(Namespace self, String name, Set<String> columns, int depth, boolean child) {
        int kind = random.nextInt(child || depth > 2 ? 7 : 10);
        if (kind == 0) {
            return new FieldPlan.Excluded(name, notes());
        } else if (kind < 7) {
            return column(self, name, columns);
        } else if (kind == 7) {
            return new FieldPlan.Flatten(name, fields(self, columns, depth + 1, false), absent(3), notes());
        }
        Set<String> inner = new HashSet<>();
        boolean array = kind == 8;
        Optional<FieldPlan.Column> value =
                array && random.nextBoolean() ? Optional.of(column(self, "value", inner)) : Optional.empty();
        return new FieldPlan.Child(
                name, table(), array, fields(self, inner, depth + 1, true), value, absent(3), notes());
    }

    private Absent absent(int of) {
        return Absent.values()[random.nextInt(of)];
    }

    private FieldPlan.Column column(Namespace self, String field, Set<String> columns) {
        String name = "c" + text();
        while (!columns.add(name.toLowerCase(java.util.Locale.ROOT))) {
            name = "c" + random.nextInt(1_000) + text();
        }
        if (random.nextInt(8) == 0) {
            return new FieldPlan.Column(
                    field,
                    name,
                    ColumnType.UUID,
                    BsonType.OBJECT_ID,
                    absent(2),
                    Map.of(),
                    Optional.of(self),
                    false,
                    notes());
        }
        ColumnType.Scalar scalar = ColumnType.Scalar.values()[random.nextInt(ColumnType.Scalar.values().length)];
        ColumnType type = new ColumnType(scalar, random.nextInt(5) == 0);
        BsonType bson = scalar == ColumnType.Scalar.JSONB
                ? BsonType.values()[random.nextInt(BsonType.values().length)]
                : scalar == ColumnType.Scalar.NUMERIC ? BsonType.INT32 : type.usualBson();
        boolean clean = scalar == ColumnType.Scalar.TEXT && random.nextBoolean();
        boolean jsonb = type.equals(ColumnType.JSONB);
        return new FieldPlan.Column(
                field, name, type, bson, absent(2), jsonb ? shape() : Map.of(), Optional.empty(), clean, notes());
    }

    private Map<String, BsonType> shape() {
        Map<String, BsonType> shape = new HashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            shape.put(text() + i, BsonType.DATE);
        }
        return shape;
    }

    private List<IndexPlan> indexes() {
        List<IndexPlan> indexes = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            indexes.add(new IndexPlan(
                    text() + i,
                    "{\"v\": 2, \"key\": {\"a\": {\"$numberInt\": \"1\"}}, \"name\": \"a_" + i + "\"}",
                    random.nextBoolean() ? Optional.empty() : Optional.of("CREATE INDEX ON x (y) WHERE z = 'a: #'"),
                    random.nextBoolean(),
                    random.nextBoolean() ? List.of() : List.of("a", "b, c", "d]: #"),
                    notes()));
        }
        return indexes;
    }
}
