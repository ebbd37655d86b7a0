package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.JsonValue;
import dev.changeover.index.IndexTranslation;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.Notes;
import dev.changeover.profile.DocumentProfile;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plans a collection's indexes: keeps what a person wrote about them, and says what each becomes. Used once. */
final class IndexPlanner {
    /** A btree entry ends at 2,704 bytes; some are left for the entry's head and the other keys. */
    private static final int BTREE_BYTES_MOST = 2_600;

    private static final int NAME_LETTERS_MOST = 160;

    private final SourceCollection source;
    private final List<String> drift = new ArrayList<>();

    IndexPlanner(SourceCollection source) {
        this.source = source;
    }

    List<String> drift() {
        return drift;
    }

    /** {@code collection} has its columns, and the indexes of the plan before. */
    List<IndexPlan> plan(CollectionPlan collection, boolean known) {
        Map<String, String> definitions = new LinkedHashMap<>();
        for (String definition : source.indexes()) {
            JsonValue.Group index = JsonValue.parse(definition);
            String name = key(index.text("name").orElse(JsonValue.shown(index.group("key"))));
            if (!name.equals("_id_")) {
                definitions.put(name, definition);
            }
        }
        List<IndexPlan> plans = new ArrayList<>();
        for (IndexPlan before : collection.indexes()) {
            String now = definitions.remove(before.name());
            if (now == null) {
                drift.add(named(before.name()) + ": gone from MongoDB; it is still made, skip: true leaves it out");
            } else if (!now.equals(before.definition())) {
                drift.add(named(before.name()) + ": defined otherwise now");
            }
            String definition = now == null ? before.definition() : now;
            plans.add(described(
                    collection,
                    new IndexPlan(
                            before.name(), definition, before.sql(), before.skip(), before.digest(), before.notes())));
        }
        definitions.forEach((name, definition) -> {
            IndexPlan fresh = new IndexPlan(
                    name, definition, Optional.empty(), false, digest(collection, definition), Notes.NONE);
            plans.add(described(collection, fresh));
            if (known) {
                drift.add(named(name) + ": new index");
            }
        });
        return plans;
    }

    /** The name, or what stands for it where it is too long to be a key of the plan's file. */
    private static String key(String name) {
        return name.length() > NAME_LETTERS_MOST ? Names.fit(name, name) : name;
    }

    private String named(String index) {
        return source.namespace() + ": index " + index;
    }

    private static IndexPlan described(CollectionPlan collection, IndexPlan index) {
        String why = IndexTranslation.of(collection, index).shown();
        Notes notes = new Notes(keys(index.definition()), why, index.notes().note());
        return new IndexPlan(index.name(), index.definition(), index.sql(), index.skip(), index.digest(), notes);
    }

    /** The index as a person knows it: its keys, then what is special about it. */
    private static String keys(String definition) {
        JsonValue.Group index = JsonValue.parse(definition);
        JsonValue.Group key = index.group("key");
        StringBuilder line = new StringBuilder(JsonValue.shown(
                key.fields().containsKey("_fts")
                        ? new JsonValue.Group(index.group("weights").fields())
                        : key));
        line.append(key.fields().containsKey("_fts") ? " text" : "");
        for (String option : List.of("unique", "sparse", "hidden")) {
            line.append(index.isTrue(option) ? ", " + option : "");
        }
        index.integer("expireAfterSeconds")
                .ifPresent(s -> line.append(", expires after ").append(s).append(" s"));
        index.get("partialFilterExpression")
                .ifPresent(f -> line.append(", partial ").append(JsonValue.shown(f)));
        index.group("collation")
                .text("locale")
                .ifPresent(l -> line.append(", collation ").append(l));
        return line.toString();
    }

    /** The paths in a btree whose texts were seen to be too long for it. */
    private List<String> digest(CollectionPlan collection, String definition) {
        return IndexTranslation.textKeys(collection, definition).stream()
                .filter(path -> longest(path) > BTREE_BYTES_MOST)
                .toList();
    }

    private int longest(String path) {
        DocumentProfile documents = source.profile().root();
        String[] components = path.split("\\.", -1);
        for (int i = 0; i < components.length; i++) {
            ValueProfile values = documents.fields().get(components[i]);
            if (values == null) {
                return 0;
            } else if (i == components.length - 1) {
                return values.count(BsonType.STRING) == 0 ? 0 : values.strings().longestBytes();
            }
            Optional<DocumentProfile> inner =
                    values.array().flatMap(a -> a.elements().document()).or(values::document);
            if (inner.isEmpty()) {
                return 0;
            }
            documents = inner.get();
        }
        return 0;
    }
}
