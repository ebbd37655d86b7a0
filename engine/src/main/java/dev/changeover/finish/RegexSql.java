package dev.changeover.finish;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.SqlText;
import java.util.Optional;

/**
 * Turns a pattern of MongoDB (PCRE) into one of PostgreSQL (ARE: manual, section 9.7.3), where both match the same
 * texts: a dot is no line's end, and classes are those of ASCII, which collation "C" gives. One thing differs: {@code $}
 * is the end only, not also before a last line's end. Used once.
 */
final class RegexSql {
    private static final String QUANTIFIERS = "*+?}";
    private static final String SAME_ESCAPES = "dDwWsS";

    private final String pattern;
    private final StringBuilder sql = new StringBuilder();
    private int at;

    private RegexSql(String pattern) {
        this.pattern = pattern;
    }

    /** The condition that {@code text} matches; empty where the pattern cannot be said. Options: {@code i} or none. */
    static Optional<String> matches(String text, JsonValue pattern, String options) {
        if (!(pattern instanceof JsonValue.Text of) || !(options.isEmpty() || options.equals("i"))) {
            return Optional.empty();
        }
        RegexSql translation = new RegexSql(of.value());
        return translation.translate()
                ? Optional.of(text + " COLLATE \"C\" " + (options.isEmpty() ? "~ " : "~* ")
                        + SqlText.literal(translation.sql.toString()))
                : Optional.empty();
    }

    private boolean translate() {
        if (pattern.startsWith("***") || pattern.indexOf(0) >= 0) {
            return false;
        }
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            boolean known = switch (c) {
                case '\\' -> escape(SAME_ESCAPES, true);
                case '[' -> bracket();
                case '(' -> group();
                case '.' -> add("[^\\n]");
                case '*', '+', '?', '}' -> quantifier(c);
                default -> add(String.valueOf(c));
            };
            if (!known) {
                return false;
            }
        }
        return true;
    }

    private boolean add(String text) {
        sql.append(text);
        return true;
    }

    /** Not possessive, as {@code a++} is. */
    private boolean quantifier(char c) {
        boolean possessive = at < pattern.length() && pattern.charAt(at) == '+' && QUANTIFIERS.indexOf(c) >= 0;
        return !possessive && add(String.valueOf(c));
    }

    private boolean escape(String same, boolean outside) {
        if (at == pattern.length()) {
            return false;
        }
        char c = pattern.charAt(at++);
        if (same.indexOf(c) >= 0 || !Character.isLetterOrDigit(c) || "nrtf".indexOf(c) >= 0) {
            return c < 128 && add("\\" + c);
        }
        return outside
                && switch (c) {
                    case 'b' -> add("\\y");
                    case 'B' -> add("\\Y");
                    case 'A' -> add("\\A");
                    case 'z', 'Z' -> add("\\Z");
                    default -> false;
                };
    }

    private boolean bracket() {
        add("[");
        if (at < pattern.length() && pattern.charAt(at) == '^') {
            at++;
            add("^");
        }
        boolean first = true;
        while (at < pattern.length()) {
            char c = pattern.charAt(at++);
            if (c == ']' && !first) {
                return add("]");
            }
            boolean posix = c == '[' && at < pattern.length() && ":.=".indexOf(pattern.charAt(at)) >= 0;
            if (posix || c == '\\' && !escape("dws", false)) {
                return false;
            }
            if (c != '\\') {
                add(String.valueOf(c));
            }
            first = false;
        }
        return false;
    }

    /** Plain ones, and looks ahead. */
    private boolean group() {
        boolean special = at < pattern.length() && pattern.charAt(at) == '?';
        if (!special) {
            return !pattern.startsWith("*", at) && add("(");
        }
        String kind = pattern.substring(at, Math.min(pattern.length(), at + 2));
        at += 2;
        return (kind.equals("?:") || kind.equals("?=") || kind.equals("?!")) && add("(" + kind);
    }
}
