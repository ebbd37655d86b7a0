package dev.changeover.dump;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.dump.Elements.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Applies the difference of an oplog entry with {@code $v: 2}: sections of fields that go (d), become others (u), are added
 * (i), and of differences within a field (s and its name); in an array the same by index, with its new length (l). What does
 * not fit the document is left out, as a later entry will set it right. Pure.
 */
final class DocumentDiff {
    private DocumentDiff() {}

    static byte[] apply(byte[] document, byte[] diff) {
        Map<String, Value> changes = new HashMap<>();
        Map<String, byte[]> within = new HashMap<>();
        Set<String> gone = new HashSet<>();
        Map<String, Value> added = new LinkedHashMap<>();
        Elements.each(diff, (section, value) -> {
            switch (section) {
                case "d" -> Elements.each(value.bytes(), (name, unused) -> gone.add(name));
                case "u" ->
                    Elements.each(value.bytes(), (name, is) -> {
                        changes.put(name, is);
                        added.put(name, is);
                    });
                case "i" ->
                    Elements.each(value.bytes(), (name, is) -> {
                        gone.add(name);
                        added.put(name, is);
                    });
                default -> {
                    if (!section.startsWith("s") || !value.is(BsonType.DOCUMENT)) {
                        throw new MalformedBsonException("a difference with a section " + section);
                    }
                    within.put(section.substring(1), value.bytes());
                }
            }
        });
        BsonWriter out = Elements.begin(document.length + diff.length);
        Elements.each(document, (name, is) -> {
            Value other = changes.get(name);
            byte[] inner = within.get(name);
            if (other != null) {
                Elements.write(out, name, other);
                added.remove(name);
            } else if (inner != null) {
                Elements.write(out, name, inside(is, inner));
            } else if (!gone.contains(name)) {
                Elements.write(out, name, is);
            }
        });
        added.forEach((name, is) -> Elements.write(out, name, is));
        return Elements.end(out);
    }

    private static boolean isOfArray(byte[] diff) {
        Value header = Elements.map(diff).get("a");
        return header != null && header.is(BsonType.BOOLEAN);
    }

    private static Value inside(Value value, byte[] diff) {
        if (isOfArray(diff)) {
            return value.is(BsonType.ARRAY) ? new Value(BsonType.ARRAY, array(value.bytes(), diff)) : value;
        }
        return value.is(BsonType.DOCUMENT) ? new Value(BsonType.DOCUMENT, apply(value.bytes(), diff)) : value;
    }

    private static byte[] array(byte[] array, byte[] diff) {
        List<Value> items = new ArrayList<>();
        Elements.each(array, (index, is) -> items.add(is));
        int[] length = {-1};
        Elements.each(diff, (section, value) -> {
            if (section.equals("a")) {
                return;
            }
            if (section.equals("l")) {
                length[0] = (int) value.number();
                return;
            }
            boolean whole = section.startsWith("u");
            if (!whole && !section.startsWith("s")) {
                throw new MalformedBsonException("a difference of an array with a section " + section);
            }
            int index = Integer.parseInt(section.substring(1));
            boolean there = index < items.size();
            padded(items, index + 1);
            if (whole) {
                items.set(index, value);
            } else if (there) {
                items.set(index, inside(items.get(index), value.bytes()));
            }
        });
        if (length[0] >= 0) {
            padded(items, length[0]);
            items.subList(length[0], items.size()).clear();
        }
        return written(items, array.length + diff.length);
    }

    static void padded(List<Value> items, int length) {
        while (items.size() < length) {
            items.add(Value.NULL);
        }
    }

    static byte[] written(List<Value> items, int about) {
        BsonWriter out = Elements.begin(about);
        for (int i = 0; i < items.size(); i++) {
            Elements.write(out, Integer.toString(i), items.get(i));
        }
        return Elements.end(out);
    }
}
