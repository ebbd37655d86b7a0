package dev.changeover.state;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.plan.TableName;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * One thing that is not as MongoDB's documents have it. {@code id} is the row's, or the one that it should have; {@code key}
 * is the document's, if there is one. {@code column} of a child row has its place with it, {@code price[2]}.
 */
public record Difference(
        Namespace namespace,
        Kind kind,
        UUID id,
        Optional<IdBound> key,
        String mongoId,
        TableName table,
        String column,
        String expected,
        String actual) {
    private static final int TEXT_MOST = 500;

    public Difference {
        expected = shortened(expected);
        actual = shortened(actual);
    }

    /** What is wrong. */
    public enum Kind {
        /** A column, or the number of child rows. */
        DIFFERS,
        /** A document has no row. */
        MISSING,
        /** A row has no document. */
        SURPLUS,
        /** Child rows have no parent. */
        ORPHAN;

        public String words() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Kind of(String words) {
            return valueOf(words.toUpperCase(Locale.ROOT));
        }
    }

    private static String shortened(String text) {
        if (text.length() <= TEXT_MOST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(TEXT_MOST - 1)) ? TEXT_MOST - 1 : TEXT_MOST;
        return text.substring(0, end) + "… (" + text.length() + " characters)";
    }
}
