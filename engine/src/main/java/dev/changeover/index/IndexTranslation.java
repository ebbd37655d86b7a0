package dev.changeover.index;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a MongoDB index becomes in PostgreSQL. The person's {@code skip} and {@code sql} are not looked at here. */
public sealed interface IndexTranslation {
    /** These indexes together serve the same queries. */
    record Sql(List<IndexDefinition> indexes) implements IndexTranslation {
        public Sql {
            indexes = List.copyOf(indexes);
        }
    }

    /** Something that is there anyway does it. */
    record Covered(String by) implements IndexTranslation {}

    /** Left out; a person may give the SQL. */
    record NotTranslated(String reason) implements IndexTranslation {}

    /** An index of a plan with what it becomes. */
    record Translated(CollectionPlan collection, IndexPlan index, IndexTranslation translation) {}

    /** One index by itself; its name may be another's too, see {@link #all}. */
    static IndexTranslation of(CollectionPlan collection, IndexPlan index) {
        JsonValue.Group definition;
        try {
            definition = JsonValue.parse(index.definition());
        } catch (RuntimeException e) {
            return new NotTranslated("its definition cannot be read: " + e.getMessage());
        }
        JsonValue.Group key = definition.group("key");
        Set<String> kinds = key.fields().values().stream()
                .map(v -> v instanceof JsonValue.Text text ? text.value() : "")
                .collect(Collectors.toSet());
        if (key.fields().keySet().equals(Set.of("_id"))) {
            return new Covered("the primary key on id and the unique key on mongo_id");
        } else if (kinds.contains("text")) {
            return new TextIndex(collection, definition).translate();
        } else if (kinds.contains("2dsphere") || kinds.contains("2d") || kinds.contains("geoHaystack")) {
            return new NotTranslated(geo(key));
        } else if (key.fields().keySet().stream().anyMatch(k -> k.endsWith("$**"))) {
            return new WildcardIndex(collection, definition).translate();
        } else if (kinds.contains("columnstore")) {
            return new NotTranslated("a columnstore index has no counterpart");
        }
        return new PlainIndex(collection, definition, index.digest()).translate();
    }

    /** The paths in a btree whose values are texts in a column by themselves. */
    static List<String> textKeys(CollectionPlan collection, String definition) {
        List<String> paths = new ArrayList<>();
        JsonValue.parse(definition).group("key").fields().forEach((path, direction) -> {
            if (direction instanceof JsonValue.Num
                    && IndexTarget.of(collection, path) instanceof IndexTarget.Whole whole
                    && whole.column().type().equals(ColumnType.TEXT)) {
                paths.add(path);
            }
        });
        return paths;
    }

    private static String geo(JsonValue.Group key) {
        return "an index of kind " + JsonValue.shown(key)
                + " needs PostGIS; with it, give sql: CREATE INDEX ON the table USING gist"
                + " (ST_GeomFromGeoJSON(the jsonb column))";
    }

    /** Every index of a plan that a person has not left out, with names that no other index or table of its schema has. */
    static List<Translated> all(Plan plan) {
        Map<String, Set<String>> names = new HashMap<>();
        for (CollectionPlan collection : plan.collections()) {
            take(names, collection.table());
            collection.children().forEach(child -> take(names, child.table()));
        }
        List<Translated> all = new ArrayList<>();
        for (CollectionPlan collection : plan.collections()) {
            for (IndexPlan index : collection.indexes()) {
                if (!index.skip()) {
                    all.add(new Translated(collection, index, named(of(collection, index), names)));
                }
            }
        }
        return all;
    }

    private static IndexTranslation named(IndexTranslation translation, Map<String, Set<String>> names) {
        return switch (translation) {
            case Sql sql ->
                new Sql(sql.indexes().stream().map(i -> named(i, names)).toList());
            case Covered covered -> covered;
            case NotTranslated not -> not;
        };
    }

    private static IndexDefinition named(IndexDefinition index, Map<String, Set<String>> names) {
        String schema = index.table().schema();
        return index.named(Names.firstFree(index.name(), name -> take(names, new TableName(schema, name))));
    }

    private static boolean take(Map<String, Set<String>> names, TableName name) {
        return names.computeIfAbsent(name.schema(), schema -> new HashSet<>()).add(name.name());
    }

    /** In a line, for the plan's file. */
    default String shown() {
        return switch (this) {
            case Sql sql ->
                sql.indexes().stream().map(IndexDefinition::shown).collect(Collectors.joining("; and "))
                        + sql.indexes().stream()
                                .map(IndexDefinition::note)
                                .filter(note -> !note.isEmpty())
                                .distinct()
                                .map(note -> "; " + note)
                                .collect(Collectors.joining());
            case Covered covered -> "covered by " + covered.by();
            case NotTranslated not -> "NOT translated: " + not.reason();
        };
    }
}
