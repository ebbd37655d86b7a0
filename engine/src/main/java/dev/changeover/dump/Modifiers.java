package dev.changeover.dump;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.dump.Elements.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies the $set and $unset of an oplog entry with {@code $v: 1}, paths in dots. A path that the document does not have room
 * for is left out, as a later entry will set it right. Pure.
 */
final class Modifiers {
    private Modifiers() {}

    static byte[] apply(byte[] document, byte[] modifiers) {
        byte[][] now = {document};
        Elements.each(modifiers, (operator, paths) -> {
            switch (operator) {
                case "$v" -> {}
                case "$set" ->
                    Elements.each(
                            paths.bytes(), (path, value) -> now[0] = field(now[0], path.split("\\.", -1), 0, value));
                case "$unset" ->
                    Elements.each(
                            paths.bytes(), (path, unused) -> now[0] = field(now[0], path.split("\\.", -1), 0, null));
                default -> throw new MalformedBsonException("a modifier " + operator);
            }
        });
        return now[0];
    }

    /** The document with {@code path} set to {@code value}, or without it. */
    private static byte[] field(byte[] document, String[] path, int depth, @Nullable Value value) {
        BsonWriter out = Elements.begin(document.length + (value == null ? 0 : value.bytes().length));
        boolean[] there = {false};
        Elements.each(document, (name, is) -> {
            if (there[0] || !name.equals(path[depth])) {
                Elements.write(out, name, is);
                return;
            }
            there[0] = true;
            if (depth < path.length - 1) {
                Elements.write(out, name, below(is, path, depth + 1, value));
            } else if (value != null) {
                Elements.write(out, name, value);
            }
        });
        if (!there[0] && value != null) {
            Elements.write(
                    out,
                    path[depth],
                    depth == path.length - 1 ? value : below(Value.document(), path, depth + 1, value));
        }
        return Elements.end(out);
    }

    private static Value below(Value is, String[] path, int depth, @Nullable Value value) {
        if (is.is(BsonType.DOCUMENT)) {
            return new Value(BsonType.DOCUMENT, field(is.bytes(), path, depth, value));
        }
        if (!is.is(BsonType.ARRAY) || !path[depth].matches("[0-9]{1,7}")) {
            return is;
        }
        List<Value> items = new ArrayList<>();
        Elements.each(is.bytes(), (name, item) -> items.add(item));
        int index = Integer.parseInt(path[depth]);
        boolean last = depth == path.length - 1;
        if (value == null && index >= items.size()) {
            return is;
        }
        boolean there = index < items.size();
        DocumentDiff.padded(items, index + 1);
        if (last) {
            items.set(index, value == null ? Value.NULL : value); // the places of others stay
        } else {
            items.set(index, below(there ? items.get(index) : Value.document(), path, depth + 1, value));
        }
        return new Value(BsonType.ARRAY, DocumentDiff.written(items, is.bytes().length));
    }
}
