package dev.changeover.profile;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.Utf8;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The documents at one path, field by field, in the order in which the fields were first seen. Keys that are data (each in
 * under 1 % of the documents, hundreds side by side) are counted together. Mergeable; not thread-safe.
 */
public final class DocumentProfile {
    /** More fields side by side than this, and the rare ones are taken for data. */
    static final int SIBLINGS_USUAL = 200;

    /** Longer names cannot be a key of the plan's file: YAML allows 1,024 letters, and each byte may take six. */
    private static final int NAME_BYTES_MOST = 160;

    private final Budget budget;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private long documents;
    private long duplicates;
    private @Nullable ValueProfile others;
    private long otherKeys;
    private int foldAbove = SIBLINGS_USUAL;

    DocumentProfile(Budget budget) {
        this.budget = budget;
    }

    /** Of no document at all. */
    public static DocumentProfile none() {
        return new DocumentProfile(new Budget(0));
    }

    /** One field; {@code visit} is the last document it was seen in. */
    private static final class Field {
        private final ValueProfile values;
        private long visit;

        Field(ValueProfile values) {
            this.values = values;
        }
    }

    void add(BsonCursor document, Walk walk) {
        long visit = walk.visit();
        while (document.next()) {
            add(document, visit, walk);
        }
        documents++;
        if (fields.size() > foldAbove) {
            foldRare();
        }
    }

    private void add(BsonCursor element, long visit, Walk walk) {
        boolean readable = Utf8.check(element.bytes(), element.nameStart(), element.nameEnd()) == Utf8.VALID;
        boolean shortEnough = element.nameEnd() - element.nameStart() <= NAME_BYTES_MOST;
        Field field = readable && shortEnough ? field(element.name()) : null;
        if (field == null) {
            otherKeys++;
            others().add(element, walk);
        } else if (field.visit == visit) {
            duplicates++;
        } else {
            field.visit = visit;
            field.values.add(element, walk);
        }
    }

    /** The field called {@code name}, made if there is room; null if not. */
    private @Nullable Field field(String name) {
        Field known = fields.get(name);
        if (known != null || !budget.take()) {
            return known;
        }
        Field made = new Field(new ValueProfile(budget));
        fields.put(name, made);
        return made;
    }

    /** The values of all fields that are not followed one by one. It has no paths of its own below. */
    private ValueProfile others() {
        if (others == null) {
            others = new ValueProfile(new Budget(0));
        }
        return others;
    }

    /** Counts fields in under 1 % of the documents together and frees their room for others. */
    private void foldRare() {
        List<String> rare = new ArrayList<>();
        fields.forEach((name, field) -> {
            if (field.values.present() * 100 < documents) {
                rare.add(name);
            }
        });
        for (String name : rare) {
            Field field = fields.remove(name);
            if (field != null) {
                otherKeys += field.values.present();
                others().merge(field.values);
                budget.give(1 + field.values.paths());
            }
        }
        foldAbove = Math.max(SIBLINGS_USUAL, 2 * fields.size());
    }

    void merge(DocumentProfile other) {
        documents += other.documents;
        duplicates += other.duplicates;
        otherKeys += other.otherKeys;
        if (other.others != null) {
            others().merge(other.others);
        }
        other.fields.forEach((name, theirs) -> {
            Field ours = field(name);
            if (ours == null) {
                otherKeys += theirs.values.present();
                others().merge(theirs.values);
            } else {
                ours.values.merge(theirs.values);
            }
        });
        if (fields.size() > foldAbove) {
            foldRare();
        }
    }

    /** The fields followed one by one, but for those that look like data. */
    public Map<String, ValueProfile> fields() {
        Map<String, ValueProfile> usual = new LinkedHashMap<>();
        boolean crowded = fields.size() + (otherKeys > 0 ? SIBLINGS_USUAL : 0) > SIBLINGS_USUAL;
        fields.forEach((name, field) -> {
            if (!crowded || field.values.present() * 100 >= documents) {
                usual.put(name, field.values);
            }
        });
        return usual;
    }

    /** Every path below this one that takes up room, the fields themselves among them. */
    int paths() {
        return fields.values().stream().mapToInt(f -> 1 + f.values.paths()).sum();
    }

    public long documents() {
        return documents;
    }

    /** Fields that came again under a name their document had already. */
    public long duplicates() {
        return duplicates;
    }

    /** Values under keys that look like data, or for which there was no room. */
    public long dataKeyValues() {
        long rare = 0;
        Map<String, ValueProfile> usual = fields();
        for (Map.Entry<String, Field> field : fields.entrySet()) {
            if (!usual.containsKey(field.getKey())) {
                rare += field.getValue().values.present();
            }
        }
        return rare + otherKeys;
    }
}
