package dev.changeover.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Paths as a column's shape and mongo_extra's keys spell them: names joined by dots; a dot or backslash inside a name, and
 * a dollar sign that begins one, stand after a backslash. So a key that begins with a bare dollar sign is always
 * Changeover's own, and {@code name\#2} the second field of that name.
 */
public final class Paths {
    private Paths() {}

    public static String escape(String name) {
        StringBuilder text = new StringBuilder(name.length() + 4);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' || c == '\\' || c == '$' && i == 0) {
                text.append('\\');
            }
            text.append(c);
        }
        return text.toString();
    }

    /** The path of a field; {@code parent} is null at the top, where even the empty name is a whole path. */
    public static String join(@Nullable String parent, String name) {
        return parent == null ? escape(name) : parent + "." + escape(name);
    }

    /** A path taken apart; {@code occurrence} is above 1 for a repeated field name. */
    public record Parts(List<String> names, int occurrence) {
        public Parts {
            names = List.copyOf(names);
        }
    }

    public static Parts split(String path) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '.') {
                names.add(name.toString());
                name.setLength(0);
            } else if (c == '\\' && path.startsWith("#", i + 1)) {
                names.add(name.toString());
                return new Parts(names, Integer.parseInt(path.substring(i + 2)));
            } else if (c == '\\') {
                name.append(path.charAt(++i));
            } else {
                name.append(c);
            }
        }
        names.add(name.toString());
        return new Parts(names, 1);
    }
}
