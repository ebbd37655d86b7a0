package dev.changeover.mapping;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Notes;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Plans that have little to do with the documents they are for: f must lose nothing even then. */
public final class RandomPlan {
    private final SplittableRandom random;
    private int columns;
    private int tables;

    public RandomPlan(SplittableRandom random) {
        this.random = random;
    }

    public CollectionPlan of(List<byte[]> documents) {
        Set<String> names = new LinkedHashSet<>();
        for (byte[] document : documents) {
            BsonCursor at = new BsonCursor(document);
            while (at.next()) {
                if (!at.name().equals("_id") && !at.name().contains("\uFFFD")) {
                    names.add(at.name());
                }
            }
        }
        BsonType idType =
                List.of(BsonType.OBJECT_ID, BsonType.STRING, BsonType.INT32).get(random.nextInt(3));
        return new CollectionPlan(
                new Namespace("db", "c"),
                new TableName("public", "t"),
                idType,
                fields(List.copyOf(names), 0),
                List.of(),
                Notes.NONE);
    }

    private List<FieldPlan> fields(List<String> names, int depth) {
        List<FieldPlan> fields = new ArrayList<>();
        for (String name : names) {
            int dice = random.nextInt(10);
            if (dice == 0) {
                continue; // a field that the plan does not know
            }
            boolean nest = depth < 2 && dice < 5;
            if (nest && dice < 3) {
                fields.add(new FieldPlan.Flatten(name, fields(names, depth + 1), absent(true), Notes.NONE));
            } else if (nest && depth == 0) {
                fields.add(child(name, names));
            } else {
                fields.add(column(name));
            }
        }
        return fields;
    }

    private FieldPlan child(String name, List<String> names) {
        List<FieldPlan> fields = new ArrayList<>();
        if (random.nextInt(3) > 0) {
            names.stream().limit(4).forEach(n -> fields.add(column(n)));
            names.stream()
                    .skip(4)
                    .limit(1)
                    .forEach(n -> fields.add(
                            new FieldPlan.Flatten(n, List.of(column("a"), column("b")), absent(true), Notes.NONE)));
        }
        Optional<FieldPlan.Column> value = random.nextBoolean() ? Optional.of(column("value")) : Optional.empty();
        TableName table = new TableName("public", "t_" + tables++);
        return new FieldPlan.Child(name, table, random.nextInt(3) > 0, fields, value, absent(true), Notes.NONE);
    }

    private FieldPlan.Column column(String name) {
        Scalar scalar = Scalar.values()[random.nextInt(Scalar.values().length)];
        boolean array = scalar != Scalar.JSONB && random.nextInt(4) == 0;
        Map<String, BsonType> shape = scalar == Scalar.JSONB && random.nextBoolean()
                ? Map.of("", any(), "*", any(), "a", any(), "*.b", any(), "c.*", any(), "\\$type", any())
                : Map.of();
        return new FieldPlan.Column(
                name,
                "c" + columns++,
                new ColumnType(scalar, array),
                home(scalar),
                absent(false),
                shape,
                Optional.empty(),
                random.nextInt(3) == 0,
                Notes.NONE);
    }

    private BsonType any() {
        return BsonType.values()[random.nextInt(BsonType.values().length)];
    }

    private Absent absent(boolean container) {
        return Absent.values()[random.nextInt(container ? 3 : 2)];
    }

    private BsonType home(Scalar scalar) {
        List<BsonType> homes = switch (scalar) {
            case TEXT -> List.of(BsonType.STRING, BsonType.OBJECT_ID, BsonType.SYMBOL);
            case INTEGER, BIGINT -> List.of(BsonType.INT32, BsonType.INT64);
            case DOUBLE -> List.of(BsonType.DOUBLE, BsonType.INT32);
            case NUMERIC -> List.of(BsonType.DECIMAL128, BsonType.DOUBLE, BsonType.INT64);
            case BOOLEAN -> List.of(BsonType.BOOLEAN);
            case TIMESTAMPTZ -> List.of(BsonType.DATE);
            case UUID -> List.of(BsonType.BINARY, BsonType.OBJECT_ID);
            case BYTEA -> List.of(BsonType.BINARY);
            case JSONB -> List.of(BsonType.DOCUMENT, BsonType.ARRAY);
        };
        return homes.get(random.nextInt(homes.size()));
    }
}
