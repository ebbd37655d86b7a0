package dev.changeover.planfile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** YAML as we write it: groups in block style, one scalar a line, in the order of putting. */
sealed interface YamlTree {
    record Text(String value) implements YamlTree {}

    record Items(List<String> values) implements YamlTree {}

    /** {@code spaced}: an empty line before each entry. */
    record Group(Map<String, YamlTree> entries, boolean spaced) implements YamlTree {
        static Group of() {
            return new Group(new LinkedHashMap<>(), false);
        }

        static Group ofSpaced() {
            return new Group(new LinkedHashMap<>(), true);
        }

        Group put(String key, YamlTree value) {
            entries.put(key, value);
            return this;
        }

        Group put(String key, String value) {
            return put(key, new Text(value));
        }

        /** Puts {@code value} unless it is empty. */
        Group putIfAny(String key, String value) {
            return value.isEmpty() ? this : put(key, value);
        }
    }

    Pattern PLAIN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_ ,./()<>=+%;$'^*@!?|~-]*");

    /** A count of something: begins with a digit but is no number. */
    Pattern COUNT = Pattern.compile("[0-9][0-9,.]* [\\p{L}%][\\p{L}\\p{N}_ ,./()<>=+%;$'^*@!?|~-]*");

    /** What YAML, of whatever version, takes for something other than a text. */
    Pattern OTHER = Pattern.compile("(?i)null|true|false|yes|no|on|off|y|n|\\.(inf|nan)");

    /** {@code indent} is the column of the group's keys. The text begins and ends with a line's beginning. */
    static String render(Group group, int indent) {
        StringBuilder text = new StringBuilder();
        group.entries().forEach((key, value) -> {
            text.append(group.spaced() ? "\n" : "");
            text.append(renderEntry(key, value, indent));
        });
        return text.toString();
    }

    static String renderEntry(String key, YamlTree value, int indent) {
        return " ".repeat(indent) + scalar(key) + ":" + renderValue(value, indent) + "\n";
    }

    /** What follows after a key's colon, without the last line's end. */
    static String renderValue(YamlTree value, int indent) {
        return switch (value) {
            case Text text -> " " + scalar(text.value());
            case Items items ->
                items.values().stream().map(YamlTree::item).collect(Collectors.joining(", ", " [", "]"));
            case Group group when group.entries().isEmpty() -> " {}";
            case Group group -> "\n" + render(group, indent + 2).stripTrailing();
        };
    }

    private static String item(String value) {
        String scalar = scalar(value);
        return scalar.equals(value) && value.contains(",") ? "'" + value + "'" : scalar;
    }

    /** The scalar as plain as it can be. */
    static String scalar(String value) {
        boolean special = OTHER.matcher(value).matches() || value.endsWith(" ");
        if (!special && (PLAIN.matcher(value).matches() || COUNT.matcher(value).matches())) {
            return value;
        }
        if (!value.codePoints().allMatch(YamlTree::isPrintable)) {
            return escaped(value);
        }
        boolean readsBetterInDouble = value.contains("'") && !value.contains("\"") && !value.contains("\\");
        return readsBetterInDouble ? '"' + value + '"' : "'" + value.replace("'", "''") + "'";
    }

    private static boolean isPrintable(int letter) {
        int type = Character.getType(letter);
        boolean hidden = type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.SURROGATE
                || type == Character.PRIVATE_USE
                || type == Character.UNASSIGNED
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
        return !hidden;
    }

    private static String escaped(String value) {
        StringBuilder text = new StringBuilder("\"");
        value.codePoints().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                text.append('\\').append((char) letter);
            } else if (isPrintable(letter)) {
                text.appendCodePoint(letter);
            } else if (letter > 0xFFFF) {
                text.append("\\U%08X".formatted(letter));
            } else {
                text.append("\\u%04X".formatted(letter));
            }
        });
        return text.append('"').toString();
    }
}
