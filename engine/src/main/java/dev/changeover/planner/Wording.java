package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.profile.ArrayProfile;
import dev.changeover.profile.CollectionProfile;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts what a profile counted into a line for a person. Pure functions. */
final class Wording {
    private Wording() {}

    static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    static String count(long n, String what) {
        return number(n) + " " + (n == 1 ? what : what + "s");
    }

    /** {@code "5 in 1,000"} as a person says a share: {@code 0.5 %}; never rounds something to nothing or to all. */
    static String percent(long part, long all) {
        if (all == 0 || part == 0) {
            return "0 %";
        }
        double share = 100.0 * part / all;
        if (part == all || share < 0.1) {
            return part == all ? "100 %" : "under 0.1 %";
        }
        return share > 99.9
                ? "over 99.9 %"
                : String.format(Locale.ROOT, "%.1f %%", share).replace(".0 %", " %");
    }

    static String collection(CollectionProfile profile, long estimate) {
        long read = profile.documents();
        long all = Math.max(read, estimate);
        if (all == 0) {
            return "empty";
        }
        String line = read >= all
                ? "all " + count(read, "document") + " read"
                : number(read) + " of about " + number(all) + " documents read";
        if (read > 0) {
            line += "; " + number(profile.averageBytes()) + " bytes on average, the largest "
                    + number(profile.largestBytes());
        }
        if (profile.deepest() > 2) {
            line += "; nested " + (profile.deepest() - 1) + " deep";
        }
        return line;
    }

    /** The values at a path that {@code holders} documents or elements could have had. */
    static String values(ValueProfile values, long holders) {
        List<String> parts = new ArrayList<>();
        parts.add(types(values) + " of " + number(holders));
        if (values.count(BsonType.NULL) > 0) {
            parts.add("null in " + number(values.count(BsonType.NULL)));
        }
        if (!values.numbers().range().isEmpty()) {
            parts.add(values.numbers().range());
        }
        if (values.strings().count() > 0) {
            parts.add("up to " + count(values.strings().longestBytes(), "byte"));
        }
        values.array().ifPresent(array -> parts.add(array(array)));
        values.document()
                .ifPresent(document -> parts.add(count(document.fields().size(), "field")));
        if (values.values() > 0 && values.document().isEmpty() && values.array().isEmpty()) {
            parts.add(distinct(values));
        }
        return String.join("; ", parts);
    }

    private static String distinct(ValueProfile values) {
        long distinct = values.distinct();
        if (values.distinctExact()) {
            return distinct == values.values() && distinct > 1 ? "all different" : number(distinct) + " different";
        }
        return "about " + number(distinct) + " different";
    }

    private static String array(ArrayProfile array) {
        ValueProfile elements = array.elements();
        return elements.types().isEmpty() ? "all empty" : array.lengths() + " elements (" + types(elements) + ")";
    }

    private static String types(ValueProfile values) {
        List<String> parts = new ArrayList<>();
        for (BsonType type : values.types()) {
            parts.add(name(type, values) + " " + number(values.count(type)));
        }
        return parts.isEmpty() ? "no value" : String.join(", ", parts);
    }

    private static String name(BsonType type, ValueProfile values) {
        if (type != BsonType.BINARY) {
            return type.alias();
        }
        List<String> subtypes = new ArrayList<>();
        for (Map.Entry<Integer, Long> subtype : values.subtypes().entrySet()) {
            subtypes.add(Integer.toString(subtype.getKey()));
        }
        return "binData (subtype " + String.join(", ", subtypes) + ")";
    }
}
