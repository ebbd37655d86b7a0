package dev.changeover.reverse;

import dev.changeover.IdBound;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.mapping.DerivedId;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Random statements on a collection's tables, and which fields of which documents they touch. */
final class RandomSql {
    private final SplittableRandom random;
    private final CollectionPlan plan;
    private final List<Place> own = new ArrayList<>();
    private final List<ChildTable> children = new ArrayList<>();
    /** Field names, by mongo_id. */
    final Map<String, Set<String>> touched = new HashMap<>();

    /** A column and the field of the document that it is of. */
    private record Place(String column, ColumnType type, String field) {}

    private record ChildTable(FieldPlan.Child plan, String field, List<Place> places) {}

    RandomSql(SplittableRandom random, CollectionPlan plan) {
        this.random = random;
        this.plan = plan;
        collect(plan.fields(), null);
    }

    private void collect(List<FieldPlan> fields, @Nullable String top) {
        for (FieldPlan field : fields) {
            String name = top == null ? field.field() : top;
            switch (field) {
                case FieldPlan.Column column -> own.add(new Place(column.column(), column.type(), name));
                case FieldPlan.Flatten flatten -> collect(flatten.fields(), name);
                case FieldPlan.Child child -> children.add(new ChildTable(child, name, places(child)));
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private static List<Place> places(FieldPlan.Child child) {
        List<Place> places = new ArrayList<>();
        child.value().ifPresent(v -> places.add(new Place(v.column(), v.type(), child.field())));
        for (FieldPlan field : child.fields()) {
            if (field instanceof FieldPlan.Column column) {
                places.add(new Place(column.column(), column.type(), child.field()));
            }
        }
        return places;
    }

    private void touch(String mongoId, String field) {
        touched.computeIfAbsent(mongoId, id -> new HashSet<>()).add(field);
    }

    /** One statement, or some of one transaction; {@code ids} are the mongo_ids that are there. */
    String next(List<String> ids) {
        int dice = random.nextInt(20);
        if (ids.isEmpty() || dice < 2) {
            return insert();
        }
        String id = ids.get(random.nextInt(ids.size()));
        if (dice == 2) {
            return delete(id);
        } else if (dice == 3) {
            return becomesAnother(id);
        } else if (dice < 10 && !children.isEmpty()) {
            return child(id, ids);
        } else if (dice == 19 && random.nextInt(6) == 0) {
            ids.forEach(each -> children.forEach(child -> touch(each, child.field())));
            return truncate();
        }
        return own.isEmpty() ? insert() : update(id, ids);
    }

    private String update(String id, List<String> ids) {
        List<String> sets = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            Place place = own.get(random.nextInt(own.size()));
            if (sets.stream().noneMatch(s -> s.startsWith(SqlText.quoted(place.column()) + " "))) {
                String other = ids.get(random.nextInt(ids.size()));
                String copied = "(SELECT o." + SqlText.quoted(place.column()) + " FROM " + table()
                        + " o WHERE o.mongo_id = " + SqlText.literal(other) + ")";
                sets.add(SqlText.quoted(place.column()) + " = "
                        + (random.nextInt(3) == 0 ? copied : literal(place.type())));
                touch(id, place.field());
            }
        }
        return "UPDATE " + table() + " SET " + String.join(", ", sets) + " WHERE mongo_id = " + SqlText.literal(id);
    }

    private String insert() {
        List<Place> some = own.stream().filter(p -> random.nextBoolean()).toList();
        if (some.isEmpty()) {
            return "INSERT INTO " + table() + " DEFAULT VALUES";
        }
        return "INSERT INTO " + table() + " ("
                + some.stream().map(p -> SqlText.quoted(p.column())).collect(Collectors.joining(", ")) + ") VALUES ("
                + some.stream().map(p -> literal(p.type())).collect(Collectors.joining(", ")) + ")";
    }

    private String delete(String id) {
        return children.stream()
                        .map(child -> "DELETE FROM "
                                + SqlText.quoted(child.plan().table()) + " WHERE parent_id = " + idOf(id) + ";")
                        .collect(Collectors.joining())
                + "DELETE FROM " + table() + " WHERE mongo_id = " + SqlText.literal(id);
    }

    /** Another key, and the id that goes with it. */
    private String becomesAnother(String id) {
        byte[] objectId = new byte[12];
        random.nextBytes(objectId);
        IdBound key = new IdBound(new BsonWriter(new Bytes(32))
                .begin()
                .name(BsonType.OBJECT_ID, "_id")
                .raw(objectId, 0, 12)
                .end()
                .out()
                .toArray());
        String hex = HexFormat.of().formatHex(objectId);
        String text = plan.idType() == BsonType.OBJECT_ID ? hex : "{\"$oid\":\"" + hex + "\"}";
        String uuid = "'" + DerivedId.of(plan.namespace(), key) + "'";
        return children.stream()
                        .map(child -> "UPDATE " + SqlText.quoted(child.plan().table()) + " SET parent_id = " + uuid
                                + " WHERE parent_id = " + idOf(id) + ";")
                        .collect(Collectors.joining())
                + "UPDATE " + table() + " SET id = " + uuid + ", mongo_id = " + SqlText.literal(text)
                + ", mongo_extra = mongo_extra - '_id' WHERE mongo_id = " + SqlText.literal(id);
    }

    private String child(String id, List<String> ids) {
        ChildTable child = children.get(random.nextInt(children.size()));
        String table = SqlText.quoted(child.plan().table());
        touch(id, child.field());
        int dice = random.nextInt(4);
        if (dice == 0) {
            return "DELETE FROM " + table + " WHERE parent_id = " + idOf(id)
                    + (child.plan().array() && random.nextBoolean() ? " AND ord % 2 = 0" : "");
        } else if (dice == 1 && child.plan().array()) {
            String other = ids.get(random.nextInt(ids.size()));
            touch(other, child.field());
            return "UPDATE " + table + " SET parent_id = " + idOf(other)
                    + ", ord = ord + coalesce((SELECT max(ord) + 1 FROM " + table + " m WHERE m.parent_id = "
                    + idOf(other) + "), 0) WHERE parent_id = " + idOf(id);
        } else if (dice == 2 && !child.places().isEmpty()) {
            Place place = child.places().get(random.nextInt(child.places().size()));
            return "UPDATE " + table + " SET " + SqlText.quoted(place.column()) + " = " + literal(place.type())
                    + " WHERE parent_id = " + idOf(id);
        }
        return childInsert(child, table, id);
    }

    private String childInsert(ChildTable child, String table, String id) {
        List<String> columns = new ArrayList<>(List.of("parent_id"));
        List<String> values = new ArrayList<>(List.of(idOf(id)));
        if (child.plan().array()) {
            columns.add("ord");
            values.add("coalesce((SELECT max(ord) + 1 FROM " + table + " WHERE parent_id = " + idOf(id) + "), 0)");
        }
        for (Place place : child.places()) {
            boolean element =
                    child.plan().value().isPresent() && !child.plan().fields().isEmpty();
            if (random.nextBoolean() && (!element || place != child.places().getFirst())) {
                columns.add(SqlText.quoted(place.column()));
                values.add(literal(place.type()));
            }
        }
        return "INSERT INTO " + table + " (" + String.join(", ", columns) + ") VALUES (" + String.join(", ", values)
                + ")" + (child.plan().array() ? "" : " ON CONFLICT DO NOTHING");
    }

    private String truncate() {
        if (children.isEmpty() || random.nextInt(3) == 0) {
            return "TRUNCATE " + table()
                    + children.stream()
                            .map(child -> ", " + SqlText.quoted(child.plan().table()))
                            .collect(Collectors.joining());
        }
        return "TRUNCATE "
                + SqlText.quoted(
                        children.get(random.nextInt(children.size())).plan().table());
    }

    private String table() {
        TableName table = plan.table();
        return SqlText.quoted(table);
    }

    private String idOf(String mongoId) {
        return "(SELECT id FROM " + table() + " WHERE mongo_id = " + SqlText.literal(mongoId) + ")";
    }

    private String literal(ColumnType type) {
        if (random.nextInt(6) == 0) {
            return "NULL";
        }
        if (type.array()) {
            String items = random.nextInt(4) == 0 ? "" : one(type.scalar()) + ", " + one(type.scalar());
            return "ARRAY[" + items + "]::" + type.sql();
        }
        return one(type.scalar());
    }

    private String one(Scalar scalar) {
        List<String> some = switch (scalar) {
            case TEXT -> List.of("'x'", "''", "'5'", "'0102030405060708090a0b0c'", "'é\uD83D\uDE00'", "'null'");
            case INTEGER -> List.of("0", "7", "-2147483648", "2147483647");
            case BIGINT -> List.of("0", "5", "-9223372036854775808", "9007199254740993");
            case DOUBLE -> List.of("0.5::float8", "7::float8", "'NaN'::float8", "'-Infinity'::float8", "'-0'::float8");
            case NUMERIC -> List.of("1.50", "7", "0.1", "-12345678901234567890", "1e20", "'NaN'::numeric");
            case BOOLEAN -> List.of("true", "false");
            case TIMESTAMPTZ ->
                List.of("'2024-02-29 12:34:56.789+00'::timestamptz", "'1969-12-31 23:59:59.999+00'::timestamptz");
            case UUID ->
                List.of(
                        "'00112233-4455-6677-8899-aabbccddeeff'::uuid",
                        "changeover.uuid_of_object_id('65a0000000000000000000aa')");
            case BYTEA -> List.of("'\\x00ff'::bytea", "''::bytea");
            case JSONB ->
                List.of(
                        "'{\"a\": 1, \"b\": [1, 2.5, \"x\"], \"c\": {\"d\": null}}'::jsonb",
                        "'[]'::jsonb",
                        "'5'::jsonb",
                        "'\"text\"'::jsonb",
                        "'{\"$type\": true, \"x.y\": 12345678901}'::jsonb",
                        "'[{\"b\": 1}, {\"b\": 2}]'::jsonb");
        };
        return some.get(random.nextInt(some.size()));
    }
}
