package dev.changeover.bson;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings changes into a document that were made on an image of it. What is equal in the image before and after keeps the
 * document's own bytes and place; what the image never showed stays. A number that changes keeps its BSON type where
 * that holds the new value exactly. Pure.
 */
public final class BsonMerge {
    private BsonMerge() {}

    /** One element: its name, its type, its value; {@code key} names it among its neighbours, the second of a name apart. */
    private record Element(String key, BsonType type, byte[] bytes, int nameStart, int valueStart, int end) {
        byte[] value() {
            return Arrays.copyOfRange(bytes, valueStart, end);
        }

        byte[] name() {
            return Arrays.copyOfRange(bytes, nameStart, valueStart - 1);
        }

        boolean nests() {
            return type == BsonType.DOCUMENT || type == BsonType.ARRAY;
        }

        boolean sameValue(Element other) {
            return type == other.type
                    && (nests()
                            ? BsonOrder.sameValue(type, value(), other.value())
                            : Arrays.equals(value(), other.value()));
        }
    }

    /** {@code original} with what makes {@code after} of its image {@code before}; the very array when nothing does. */
    public static byte[] merge(byte[] original, byte[] before, byte[] after) {
        if (BsonOrder.sameButForOrder(before, after)) {
            return original;
        }
        BsonWriter out = new BsonWriter(new Bytes(original.length + 64)).begin();
        fields(out, elements(original), byKey(before), after);
        return out.end().out().toArray();
    }

    private static void fields(BsonWriter out, List<Element> original, Map<String, Element> before, byte[] afterBytes) {
        Map<String, Element> after = byKey(afterBytes);
        for (Element own : original) {
            Element was = before.get(own.key());
            Element is = after.remove(own.key());
            if (was == null && is == null) {
                write(out, own.name(), own); // the image does not show it
            } else if (is != null) {
                element(out, own.name(), own, was, is);
            }
        }
        for (Element added : elements(afterBytes)) {
            if (after.containsKey(added.key())) {
                write(out, added.name(), added);
            }
        }
    }

    private static void element(BsonWriter out, byte[] name, Element own, @Nullable Element was, Element is) {
        if (was != null && was.sameValue(is)) {
            write(out, name, own);
        } else if (own.type() == BsonType.DOCUMENT && is.type() == BsonType.DOCUMENT) {
            out.name(is.type(), name, 0, name.length).begin();
            fields(out, elements(own.value()), below(was), is.value());
            out.end();
        } else if (own.type() == BsonType.ARRAY && is.type() == BsonType.ARRAY) {
            out.name(is.type(), name, 0, name.length).begin();
            items(out, elements(own.value()), below(was), elements(is.value()));
            out.end();
        } else {
            byte[] number = BsonNumbers.as(own.type(), is.type(), is.value());
            if (number == null) {
                write(out, name, is);
            } else {
                out.name(own.type(), name, 0, name.length).raw(number, 0, number.length);
            }
        }
    }

    /** An array's elements move when one before them comes or goes, so they are found by value first, by place else. */
    private static void items(
            BsonWriter out, List<Element> original, Map<String, Element> before, List<Element> after) {
        Map<String, Deque<Element>> byValue = new HashMap<>();
        Map<String, Element> inPlace = new HashMap<>();
        for (Element own : original) {
            Element was = before.get(own.key());
            if (was != null) {
                inPlace.put(own.key(), own);
                byValue.computeIfAbsent(value(was), v -> new ArrayDeque<>()).add(own);
            }
        }
        List<@Nullable Element> same = new ArrayList<>();
        for (Element is : after) {
            Deque<Element> equal = byValue.getOrDefault(value(is), new ArrayDeque<>());
            Element own = equal.poll();
            same.add(own);
            if (own != null) {
                inPlace.remove(own.key());
            }
        }
        for (int i = 0; i < after.size(); i++) {
            Element is = after.get(i);
            Element own = same.get(i);
            Element here = inPlace.get(is.key());
            if (own != null) {
                write(out, is.name(), own);
            } else if (here != null) {
                element(out, is.name(), here, before.get(here.key()), is);
            } else {
                write(out, is.name(), is);
            }
        }
    }

    /** Type and value as text, the same for documents that differ in the order of their fields only. */
    private static String value(Element element) {
        byte[] value = element.nests() ? BsonOrder.sortedValue(element.type(), element.value()) : element.value();
        return element.type() + " " + HexFormat.of().formatHex(value);
    }

    private static void write(BsonWriter out, byte[] name, Element element) {
        out.name(element.type(), name, 0, name.length)
                .raw(element.bytes(), element.valueStart(), element.end() - element.valueStart());
    }

    private static Map<String, Element> below(@Nullable Element element) {
        return element != null && element.nests() ? byKey(element.value()) : Map.of();
    }

    private static Map<String, Element> byKey(byte[] document) {
        Map<String, Element> byKey = new HashMap<>();
        elements(document).forEach(element -> byKey.put(element.key(), element));
        return byKey;
    }

    private static List<Element> elements(byte[] document) {
        List<Element> elements = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        BsonCursor at = new BsonCursor(document);
        while (at.next()) {
            String name = HexFormat.of().formatHex(document, at.nameStart(), at.nameEnd());
            int nth = seen.merge(name, 1, Integer::sum);
            elements.add(
                    new Element(name + "#" + nth, at.type(), document, at.nameStart(), at.valueStart(), at.valueEnd()));
        }
        return elements;
    }
}
