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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates a text index: GIN on a tsvector of the fields, with the index's language and weights. Used once. */
final class TextIndex {
    /** MongoDB's names and codes for the languages both have, and PostgreSQL's configuration. */
    private static final Map<String, String> LANGUAGES = Map.ofEntries(
            Map.entry("da", "danish"),
            Map.entry("nl", "dutch"),
            Map.entry("en", "english"),
            Map.entry("fi", "finnish"),
            Map.entry("fr", "french"),
            Map.entry("de", "german"),
            Map.entry("hu", "hungarian"),
            Map.entry("it", "italian"),
            Map.entry("nb", "norwegian"),
            Map.entry("pt", "portuguese"),
            Map.entry("ro", "romanian"),
            Map.entry("ru", "russian"),
            Map.entry("es", "spanish"),
            Map.entry("sv", "swedish"),
            Map.entry("tr", "turkish"));

    private final CollectionPlan collection;
    private final JsonValue.Group definition;
    private final String configuration;
    private final List<String> notes = new ArrayList<>();

    TextIndex(CollectionPlan collection, JsonValue.Group definition) {
        this.collection = collection;
        this.definition = definition;
        String language = definition.text("default_language").orElse("english");
        boolean known = LANGUAGES.containsKey(language) || LANGUAGES.containsValue(language);
        configuration = LANGUAGES.getOrDefault(language, known ? language : "simple");
        if (!known && !language.equals("none")) {
            notes.add("PostgreSQL has no configuration for " + language + ", simple is used");
        }
    }

    IndexTranslation translate() {
        Map<String, Integer> weights = weights();
        List<Integer> ranks =
                weights.values().stream().distinct().sorted((a, b) -> b - a).toList();
        List<String> vectors = new ArrayList<>();
        for (Map.Entry<String, Integer> field : weights.entrySet()) {
            Optional<String> vector = vector(field.getKey());
            if (vector.isEmpty()) {
                return new IndexTranslation.NotTranslated(field.getKey() + " is no text of " + collection.table());
            }
            char rank = "ABCD".charAt(Math.min(3, ranks.indexOf(field.getValue())));
            vectors.add(ranks.size() == 1 ? vector.get() : "setweight(" + vector.get() + ", '" + rank + "')");
        }
        if (vectors.isEmpty()) {
            return new IndexTranslation.NotTranslated("no text column is in it");
        }
        String expression = "(" + String.join(" || ", vectors) + ")";
        notes.add("ask for " + expression + " @@ websearch_to_tsquery('" + configuration
                + "', ...); a row whose texts make a" + " tsvector over 1 MB is refused");
        List<String> others = definition.group("key").fields().keySet().stream()
                .filter(k -> !k.startsWith("_fts"))
                .toList();
        if (!others.isEmpty()) {
            notes.add("its other keys " + others + " are not part of it; index them by themselves");
        }
        QueryFilter.Outcome where = QueryFilter.translate(collection, definition.group("partialFilterExpression"));
        if (!where.problem().isEmpty()) {
            return new IndexTranslation.NotTranslated("its filter cannot be said in SQL: " + where.problem());
        }
        return new IndexTranslation.Sql(List.of(new IndexDefinition(
                collection.table(),
                Names.constraint(collection.table().name(), "text_idx"),
                Uniqueness.NONE,
                "gin",
                List.of(Key.gin(expression, "")),
                where.sql(),
                List.of(),
                String.join("; ", notes))));
    }

    private Map<String, Integer> weights() {
        Map<String, Integer> weights = new LinkedHashMap<>();
        JsonValue.Group given = definition.group("weights");
        for (String path : given.fields().keySet()) {
            if (path.equals("$**")) {
                texts(collection.fields(), "", weights);
            } else {
                weights.put(path, given.integer(path).orElse(1));
            }
        }
        return weights;
    }

    /** Every text and jsonb column, as {@code $**} means. */
    private static void texts(List<FieldPlan> fields, String prefix, Map<String, Integer> weights) {
        for (FieldPlan field : fields) {
            switch (field) {
                case FieldPlan.Column column -> {
                    if (column.type().equals(ColumnType.JSONB)
                            || (column.type().equals(ColumnType.TEXT) && column.bson() == BsonType.STRING)) {
                        weights.put(prefix + column.field(), 1);
                    }
                }
                case FieldPlan.Flatten flatten -> texts(flatten.fields(), prefix + flatten.field() + ".", weights);
                case FieldPlan.Child child -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private Optional<String> vector(String path) {
        return switch (IndexTarget.of(collection, path)) {
            case IndexTarget.Whole whole -> whole(whole);
            case IndexTarget.Inside inside -> Optional.of(vectorOf(inside(inside)));
            case IndexTarget.Nowhere nowhere -> Optional.empty();
        };
    }

    private Optional<String> whole(IndexTarget.Whole whole) {
        String column = SqlText.readable(whole.column().column());
        if (!whole.table().equals(collection.table())) {
            return Optional.empty();
        } else if (whole.column().type().equals(ColumnType.TEXT)) {
            return Optional.of(vectorOf("coalesce(" + column + ", '')"));
        } else if (whole.column().type().equals(ColumnType.JSONB)) {
            return Optional.of(vectorOf("coalesce(" + column + ", '{}')"));
        }
        return Optional.empty();
    }

    /** All strings below the path; the path language steps into arrays by itself. */
    private static String inside(IndexTarget.Inside inside) {
        StringBuilder path = new StringBuilder("$");
        for (String component : inside.path()) {
            path.append(".\"")
                    .append(component.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
        }
        return "coalesce(jsonb_path_query_array("
                + SqlText.readable(inside.column().column()) + ", " + SqlText.literal(path.toString()) + "), '[]')";
    }

    private String vectorOf(String text) {
        return "to_tsvector('" + configuration + "', " + text + ")";
    }
}
