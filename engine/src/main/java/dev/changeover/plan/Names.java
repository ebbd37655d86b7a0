package dev.changeover.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/** How names of MongoDB become names that PostgreSQL takes and that a person can type. Pure functions. */
public final class Names {
    /** PostgreSQL cuts longer names off without an error (NAMEDATALEN - 1). */
    public static final int BYTES_MOST = 63;

    /** What a field without any letter or digit is called. */
    private static final String UNNAMED = "unnamed";

    /** Columns that every PostgreSQL table has (src/backend/catalog/heap.c). */
    public static final Set<String> SYSTEM_COLUMNS = Set.of("ctid", "xmin", "cmin", "xmax", "cmax", "tableoid");

    /** Columns that Changeover gives to each collection's table. */
    public static final Set<String> OWN_COLUMNS = Set.of("id", "mongo_id", "mongo_extra");

    /** Columns that Changeover gives to each child table. */
    public static final Set<String> CHILD_COLUMNS = Set.of("parent_id", "ord", "mongo_extra");

    private Names() {}

    /** The snake_case of a field's or collection's name: {@code createdAt} becomes {@code created_at}. */
    public static String snake(String name) {
        StringBuilder snake = new StringBuilder();
        int[] letters = name.codePoints().filter(Names::visible).toArray();
        for (int i = 0; i < letters.length; i++) {
            if (!Character.isLetterOrDigit(letters[i])) {
                appendGap(snake, letters[i] == '_' && snake.chars().allMatch(c -> c == '_'));
            } else {
                if (startsWord(letters, i)) {
                    appendGap(snake, false);
                }
                snake.append(Character.toString(letters[i]).toLowerCase(Locale.ROOT));
            }
        }
        String trimmed = trimEnd(snake, name.endsWith("_"));
        if (trimmed.chars().allMatch(c -> c == '_')) {
            return UNNAMED;
        }
        return fit(Character.isDigit(trimmed.codePointAt(0)) ? "_" + trimmed : trimmed, name);
    }

    /** Neither a control character nor one that takes no room, such as a byte order mark. */
    private static boolean visible(int letter) {
        int type = Character.getType(letter);
        return type != Character.FORMAT && type != Character.CONTROL && type != Character.UNASSIGNED;
    }

    /** One underscore between words; at the beginning as many as the name has ({@code __v}). */
    private static void appendGap(StringBuilder snake, boolean leading) {
        if (leading || (!snake.isEmpty() && snake.charAt(snake.length() - 1) != '_')) {
            snake.append('_');
        }
    }

    private static boolean startsWord(int[] letters, int i) {
        if (i == 0 || !Character.isUpperCase(letters[i])) {
            return false;
        }
        boolean afterSmall = Character.isLowerCase(letters[i - 1]) || Character.isDigit(letters[i - 1]);
        boolean beforeSmall = i + 1 < letters.length && Character.isLowerCase(letters[i + 1]);
        return afterSmall || (beforeSmall && Character.isLetter(letters[i - 1]));
    }

    private static String trimEnd(StringBuilder snake, boolean wanted) {
        int end = snake.length();
        while (!wanted && end > 1 && snake.charAt(end - 1) == '_') {
            end--;
        }
        return snake.substring(0, end);
    }

    /** {@code wanted}, or as much of it as fits with a tag that depends on all of {@code source} and on nothing else. */
    public static String fit(String wanted, String source) {
        if (bytes(wanted) <= BYTES_MOST) {
            return wanted;
        }
        String tag = "_" + tag(source);
        return cut(wanted, BYTES_MOST - tag.length()) + tag;
    }

    /** The longest beginning of {@code text} that has at most {@code most} bytes and ends with a whole letter. */
    public static String cut(String text, int most) {
        int end = 0;
        int bytes = 0;
        while (end < text.length()) {
            String letter = Character.toString(text.codePointAt(end));
            bytes += bytes(letter);
            if (bytes > most) {
                break;
            }
            end += letter.length();
        }
        return text.substring(0, end);
    }

    public static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String tag(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 4);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** {@code wanted} or, if {@code claim} refuses it, the first of {@code wanted_2}, {@code wanted_3}... that it takes. */
    public static String firstFree(String wanted, Predicate<String> claim) {
        String name = wanted;
        for (int n = 2; !claim.test(name); n++) {
            String tail = "_" + n;
            name = cut(wanted, BYTES_MOST - tail.length()) + tail;
        }
        return name;
    }

    /** A name for a constraint or index on {@code table} for {@code what}: {@code orders_mongo_id_key}; 63 bytes at most. */
    public static String constraint(String table, String what) {
        String whole = table + "_" + what;
        return fit(whole, whole);
    }
}
