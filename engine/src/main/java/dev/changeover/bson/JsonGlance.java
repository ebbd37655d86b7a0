package dev.changeover.bson;

import java.util.Arrays;

/**
 * Sees that two JSON texts are the same jsonb where they differ only in spaces and in the order of keys, as a text of ours and
 * what PostgreSQL prints of it nearly always do; makes no copies. False means that it cannot tell. Not thread-safe.
 */
final class JsonGlance {
    /** A key is looked for among all that are there, and values are passed over once a level: beyond these it takes too long. */
    private static final int MEMBERS_MOST = 256;

    private static final int DEEPEST = 32;

    /** Of a member of an object of {@code other}: where its key begins, where that ends, where its value begins. */
    private static final int INTS_A_MEMBER = 3;

    private final Text one;
    private final Text other;
    private int[] members = new int[16 * INTS_A_MEMBER];
    private int used;
    private int depth;

    private JsonGlance(Text one, Text other) {
        this.one = one;
        this.other = other;
    }

    static boolean same(byte[] one, int oneFrom, int oneLength, byte[] other, int otherFrom, int otherLength) {
        JsonGlance glance = new JsonGlance(
                new Text(one, oneFrom, oneFrom + oneLength), new Text(other, otherFrom, otherFrom + otherLength));
        return glance.value() && glance.one.peek() == Text.END && glance.other.peek() == Text.END;
    }

    private boolean value() {
        int first = one.peek();
        if (first != other.peek() && (first == '{' || first == '[')) {
            return false;
        }
        return switch (first) {
            case '{' -> deeper() && object();
            case '[' -> deeper() && array();
            case Text.END -> false;
            default -> token();
        };
    }

    private boolean deeper() {
        one.at++;
        other.at++;
        return ++depth <= DEEPEST;
    }

    /** A string, number or word of the very same bytes. */
    private boolean token() {
        int oneEnd = one.tokenEnd();
        int otherEnd = other.tokenEnd();
        boolean same = Arrays.equals(one.in, one.at, oneEnd, other.in, other.at, otherEnd);
        one.at = oneEnd;
        other.at = otherEnd;
        return same;
    }

    private boolean array() {
        boolean first = true;
        while (one.peek() != ']') {
            if (!first && !(one.passes(',') && other.passes(','))) {
                return false;
            }
            first = false;
            if (other.peek() == ']' || !value()) {
                return false;
            }
        }
        depth--;
        return one.passes(']') && other.passes(']');
    }

    private boolean object() {
        int base = used;
        if (!index()) {
            return false;
        }
        int otherEnd = other.at;
        int count = (used - base) / INTS_A_MEMBER;
        int found = 0;
        while (one.peek() != '}') {
            if (found > 0 && !one.passes(',')) {
                return false;
            }
            if (one.peek() != '"' || !member(base)) {
                return false;
            }
            found++;
        }
        used = base;
        depth--;
        other.at = otherEnd;
        return found == count && one.passes('}');
    }

    /** Notes the members of the other's object and passes it over. */
    private boolean index() {
        int base = used;
        while (other.peek() != '}') {
            boolean comma = used == base || other.passes(',');
            if (!comma || other.peek() != '"' || used - base >= MEMBERS_MOST * INTS_A_MEMBER) {
                return false;
            }
            int key = other.at;
            other.at = other.tokenEnd();
            note(key, other.at);
            if (!other.passes(':') || !other.passesValue()) {
                return false;
            }
        }
        return other.passes('}');
    }

    private void note(int key, int keyEnd) {
        if (used + INTS_A_MEMBER > members.length) {
            members = Arrays.copyOf(members, 2 * members.length);
        }
        members[used] = key;
        members[used + 1] = keyEnd;
        members[used + 2] = keyEnd;
        used += INTS_A_MEMBER;
    }

    /** The next member of one object, compared with the other's first of the same key that was not taken yet. */
    private boolean member(int base) {
        int key = one.at;
        int keyEnd = one.tokenEnd();
        one.at = keyEnd;
        for (int at = base; at < used; at += INTS_A_MEMBER) {
            if (members[at] >= 0 && Arrays.equals(one.in, key, keyEnd, other.in, members[at], members[at + 1])) {
                members[at] = -1;
                other.at = members[at + 2];
                return one.passes(':') && other.passes(':') && value();
            }
        }
        return false;
    }

    /** One of the texts, and how far it is read. */
    private static final class Text {
        static final int END = -1;

        private final byte[] in;
        private final int end;
        private int at;

        Text(byte[] in, int from, int end) {
            this.in = in;
            this.at = from;
            this.end = end;
        }

        /** The next byte that is no space. */
        int peek() {
            while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
                at++;
            }
            return at < end ? in[at] : END;
        }

        boolean passes(char wanted) {
            boolean there = peek() == wanted;
            at += there ? 1 : 0;
            return there;
        }

        /** Where the string, number or word that begins here ends. */
        int tokenEnd() {
            int i = at;
            if (i < end && in[i] == '"') {
                for (i++; i < end && in[i] != '"'; i++) {
                    i += in[i] == '\\' ? 1 : 0;
                }
                return Math.min(end, i + 1);
            }
            while (i < end && !endsToken(in[i])) {
                i++;
            }
            return i;
        }

        private static boolean endsToken(byte c) {
            return c == ',' || c == ']' || c == '}' || c == ':' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
        }

        /** Passes over a value, whatever is in it. */
        boolean passesValue() {
            int open = 0;
            do {
                int next = peek();
                if (next == END) {
                    return false;
                }
                if (next == '{' || next == '[') {
                    open++;
                    at++;
                } else if (next == '}' || next == ']') {
                    open--;
                    at++;
                } else if (next == ',' || next == ':') {
                    at++;
                } else {
                    at = tokenEnd();
                }
            } while (open > 0);
            return open == 0;
        }
    }
}
