package dev.changeover.index;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.JsonValue;
import dev.changeover.index.IndexDefinition.Key;
import dev.changeover.index.IndexDefinition.Uniqueness;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translates single, compound and hashed indexes, with whatever options they have. Used once. */
final class PlainIndex {
    private final CollectionPlan collection;
    private final JsonValue.Group definition;
    private final Set<String> digest;
    private final boolean unique;
    private final boolean hashed;
    private final Optional<IndexCollation> collation;
    private final List<String> notes = new ArrayList<>();
    private boolean collated;

    PlainIndex(CollectionPlan collection, JsonValue.Group definition, List<String> digest) {
        this.collection = collection;
        this.definition = definition;
        this.digest = Set.copyOf(digest);
        unique = definition.isTrue("unique");
        hashed = definition.group("key").fields().values().stream()
                .allMatch(v -> v.equals(new JsonValue.Text("hashed")));
        collation = IndexCollation.of(
                definition.group("collation"), collection.table().schema());
    }

    IndexTranslation translate() {
        Map<TableName, List<Key>> trees = new LinkedHashMap<>();
        Map<TableName, List<String>> columns = new LinkedHashMap<>();
        List<IndexDefinition> inverted = new ArrayList<>();
        for (Map.Entry<String, JsonValue> entry :
                definition.group("key").fields().entrySet()) {
            boolean descending =
                    entry.getValue() instanceof JsonValue.Num n && n.value().signum() < 0;
            switch (IndexTarget.of(collection, entry.getKey())) {
                case IndexTarget.Nowhere nowhere -> {
                    return new IndexTranslation.NotTranslated(nowhere.reason());
                }
                case IndexTarget.Whole whole
                when isInverted(whole.column()) -> inverted.add(gin(whole.table(), whole.column()));
                case IndexTarget.Inside inside
                when inside.column().bson() == BsonType.ARRAY -> inverted.add(gin(inside.table(), inside.column()));
                case IndexTarget.Whole whole -> {
                    trees.computeIfAbsent(whole.table(), t -> new ArrayList<>())
                            .add(key(entry.getKey(), whole.column(), descending));
                    columns.computeIfAbsent(whole.table(), t -> new ArrayList<>())
                            .add(whole.column().column());
                }
                case IndexTarget.Inside inside -> {
                    trees.computeIfAbsent(inside.table(), t -> new ArrayList<>())
                            .add(key(inside, descending));
                    columns.computeIfAbsent(inside.table(), t -> new ArrayList<>())
                            .add(inside.column().column() + "_" + Names.snake(String.join("_", inside.path())));
                }
            }
        }
        if (unique && !(inverted.isEmpty() && trees.size() == 1)) {
            return new IndexTranslation.NotTranslated(
                    inverted.isEmpty()
                            ? "unique over the columns of two tables"
                            : "unique over the elements of an array: make it a child table, whose column can be unique");
        }
        return withOptions(trees, columns, inverted);
    }

    /** Whole arrays and documents are searched by what they contain. A unique index needs the whole value all the same. */
    private boolean isInverted(FieldPlan.Column column) {
        boolean array = column.type().array() || column.bson() == BsonType.ARRAY;
        return array || (column.type().equals(ColumnType.JSONB) && !unique);
    }

    private IndexDefinition gin(TableName table, FieldPlan.Column column) {
        String operators = column.type().array() ? "" : "jsonb_path_ops";
        Key key = Key.gin(SqlText.readable(column.column()), operators);
        return new IndexDefinition(
                table,
                Names.constraint(table.name(), column.column() + "_idx"),
                Uniqueness.NONE,
                "gin",
                List.of(key),
                Optional.empty(),
                List.of(),
                "GIN answers @> (contains)");
    }

    private Key key(String path, FieldPlan.Column column, boolean descending) {
        String quoted = SqlText.readable(column.column());
        if (digest.contains(path)) {
            notes.add("md5(" + quoted + ") because values are longer than a btree entry; ask for md5(" + quoted
                    + ") = md5(...)");
            return Key.of("md5(" + quoted + ")", descending);
        }
        boolean text = column.type().equals(ColumnType.TEXT) && collation.isPresent();
        collated |= text;
        return new Key(quoted, text ? collation.get().name() : "", "", descending);
    }

    /** A unique index compares values of any type as they are; others serve the usual comparison with a text. */
    private Key key(IndexTarget.Inside inside, boolean descending) {
        String column = SqlText.readable(inside.column().column());
        String path = IndexTarget.pathLiteral(inside.path());
        if (unique) {
            return Key.of("(NULLIF(" + column + " #> " + path + ", 'null'))", descending);
        }
        boolean text = collation.isPresent();
        collated |= text;
        String expression = "(" + column + " #>> " + path + ")";
        notes.add("compare " + expression + " with text");
        return new Key(expression, text ? collation.get().name() : "", "", descending);
    }

    private IndexTranslation withOptions(
            Map<TableName, List<Key>> trees, Map<TableName, List<String>> columns, List<IndexDefinition> inverted) {
        JsonValue.Group filter = definition.group("partialFilterExpression");
        QueryFilter.Outcome where = QueryFilter.translate(collection, filter);
        if (!where.problem().isEmpty()) {
            return new IndexTranslation.NotTranslated("its filter cannot be said in SQL: " + where.problem());
        }
        noteOptions();
        List<IndexDefinition> all = new ArrayList<>();
        trees.forEach((table, keys) -> all.add(tree(table, keys, columns.getOrDefault(table, List.of()), where.sql())));
        inverted.forEach(i -> all.add(i.table().equals(collection.table()) ? withFilter(i, where.sql()) : i));
        return new IndexTranslation.Sql(distinct(all));
    }

    private static List<IndexDefinition> distinct(List<IndexDefinition> all) {
        return List.copyOf(new LinkedHashSet<>(all));
    }

    private static IndexDefinition withFilter(IndexDefinition index, Optional<String> where) {
        return new IndexDefinition(
                index.table(),
                index.name(),
                index.uniqueness(),
                index.method(),
                index.keys(),
                where,
                index.before(),
                index.note());
    }

    private IndexDefinition tree(TableName table, List<Key> keys, List<String> columns, Optional<String> filter) {
        boolean sparse = definition.isTrue("sparse");
        Optional<String> where = table.equals(collection.table()) ? filter : Optional.empty();
        if (sparse && where.isEmpty()) {
            List<String> present =
                    keys.stream().map(k -> k.sql() + " IS NOT NULL").toList();
            where = Optional.of(String.join(" OR ", present));
        }
        boolean hash = hashed && keys.size() == 1;
        Uniqueness uniqueness = !unique ? Uniqueness.NONE : sparse ? Uniqueness.NULLS_DISTINCT : Uniqueness.NULLS_EQUAL;
        return new IndexDefinition(
                table,
                Names.constraint(table.name(), String.join("_", columns) + (unique ? "_key" : "_idx")),
                uniqueness,
                hash ? "hash" : "btree",
                hash ? keys.stream().map(k -> Key.of(k.sql(), false)).toList() : keys,
                where,
                collated && collation.isPresent() ? List.of(collation.get().statement()) : List.of(),
                String.join("; ", notes));
    }

    private void noteOptions() {
        if (unique && !definition.isTrue("sparse")) {
            notes.add("rows without a value clash as in MongoDB: NULLS NOT DISTINCT, from PostgreSQL 15 on");
        }
        if (definition.isTrue("sparse")) {
            notes.add("sparse: rows without a value are left out, null counts as none");
        }
        definition.integer("expireAfterSeconds").ifPresent(seconds -> notes.add(expiry(seconds)));
        if (hashed) {
            notes.add("a hash index answers equality only, as in MongoDB");
        }
        if (definition.isTrue("hidden")) {
            notes.add("hidden in MongoDB, perhaps to be dropped; skip: true leaves it out");
        }
        if (collated) {
            notes.add("collation: queries must say COLLATE too; needs a PostgreSQL with ICU");
        }
    }

    private String expiry(int seconds) {
        String column = IndexTarget.of(
                                collection,
                                definition
                                        .group("key")
                                        .fields()
                                        .keySet()
                                        .iterator()
                                        .next())
                        instanceof IndexTarget.Whole whole
                ? SqlText.readable(whole.column().column())
                : "the date";
        return "the expiry is NOT taken along; schedule (pg_cron): DELETE FROM " + SqlText.readable(collection.table())
                + " WHERE " + column + " < now() - interval '" + seconds + " seconds'";
    }
}
