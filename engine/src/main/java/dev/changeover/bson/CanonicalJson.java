package dev.changeover.bson;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JSON text in one form for all texts that PostgreSQL's jsonb holds as the same: no space, keys in order of their bytes,
 * of equal keys the last, strings without escapes, numbers without exponent. The scale of a number stays, as jsonb keeps it:
 * 1.0 and 1.00 are two. The form is for comparing; it is not JSON. Not thread-safe.
 */
public final class CanonicalJson {
    private static final int DEEPEST = 6_000;

    private final Bytes out = new Bytes(256);
    private byte[] in = {};
    private int at;
    private int end;
    private int depth;

    /** True when both texts are the same jsonb. */
    public static boolean same(byte[] one, int oneFrom, int oneLength, byte[] other, int otherFrom, int otherLength) {
        if (Arrays.equals(one, oneFrom, oneFrom + oneLength, other, otherFrom, otherFrom + otherLength)
                || JsonGlance.same(one, oneFrom, oneLength, other, otherFrom, otherLength)) {
            return true;
        }
        byte[] first = new CanonicalJson().of(one, oneFrom, oneLength);
        return Arrays.equals(first, new CanonicalJson().of(other, otherFrom, otherLength));
    }

    byte[] of(byte[] json, int from, int length) {
        in = json;
        at = from;
        end = from + length;
        value();
        blank();
        if (at != end) {
            throw bad();
        }
        return out.toArray();
    }

    private MalformedBsonException bad() {
        return new MalformedBsonException("not JSON");
    }

    private int peek() {
        if (at >= end) {
            throw bad();
        }
        return in[at];
    }

    private void blank() {
        while (at < end && (in[at] == ' ' || in[at] == '\n' || in[at] == '\r' || in[at] == '\t')) {
            at++;
        }
    }

    private void value() {
        blank();
        switch (peek()) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        }
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                throw bad();
            }
            at++;
        }
        out.putAscii(word);
    }

    private void deeper() {
        if (++depth > DEEPEST) {
            throw bad();
        }
        at++;
        blank();
    }

    private void array() {
        deeper();
        out.put('[');
        while (peek() != ']') {
            value();
            out.put(',');
            blank();
            next(']');
        }
        at++;
        depth--;
        out.put(']');
    }

    /** After an element: past the comma, or at the bracket. */
    private void next(char bracket) {
        if (peek() == ',') {
            at++;
            blank();
        } else if (peek() != bracket) {
            throw bad();
        }
    }

    /** Where a key and its value are in {@code out}. */
    private record Member(byte[] key, byte[] value) {}

    private void object() {
        deeper();
        out.put('{');
        int mark = out.size();
        List<Member> members = new ArrayList<>();
        while (peek() != '}') {
            string();
            byte[] key = Arrays.copyOfRange(out.array(), mark, out.size());
            out.truncate(mark);
            blank();
            if (peek() != ':') {
                throw bad();
            }
            at++;
            value();
            members.add(new Member(key, Arrays.copyOfRange(out.array(), mark, out.size())));
            out.truncate(mark);
            blank();
            next('}');
        }
        at++;
        depth--;
        write(members);
        out.put('}');
    }

    private void write(List<Member> members) {
        members.sort((one, other) ->
                Arrays.compareUnsigned(one.key(), other.key())); // stable: of equal keys the last is last
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            if (i + 1 < members.size()
                    && Arrays.equals(member.key(), members.get(i + 1).key())) {
                continue;
            }
            out.put(member.key(), 0, member.key().length);
            out.put(':');
            out.put(member.value(), 0, member.value().length);
            out.put(',');
        }
    }

    /** With its length before it, so that no content is taken for structure. */
    private void string() {
        if (peek() != '"') {
            throw bad();
        }
        at++;
        int length = out.beginLength();
        int run = at;
        while (peek() != '"') {
            if (in[at] == '\\') {
                out.put(in, run, at - run);
                at++;
                escape();
                run = at;
            } else {
                at++;
            }
        }
        out.put(in, run, at - run);
        at++;
        out.endLength(length);
    }

    private void escape() {
        int c = peek();
        at++;
        switch (c) {
            case 'b' -> out.put('\b');
            case 'f' -> out.put('\f');
            case 'n' -> out.put('\n');
            case 'r' -> out.put('\r');
            case 't' -> out.put('\t');
            case 'u' -> unicode();
            default -> out.put(c);
        }
    }

    private void unicode() {
        int unit = hex();
        String text;
        if (Character.isHighSurrogate((char) unit) && at + 6 <= end && in[at] == '\\' && in[at + 1] == 'u') {
            at += 2;
            text = new String(new char[] {(char) unit, (char) hex()});
        } else {
            text = String.valueOf((char) unit);
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.put(utf8, 0, utf8.length);
    }

    private int hex() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0) {
                throw bad();
            }
            value = value << 4 | digit;
            at++;
        }
        return value;
    }

    private void number() {
        int from = at;
        boolean plain = true;
        while (at < end && isPartOfNumber(in[at])) {
            plain &= in[at] != 'e' && in[at] != 'E';
            at++;
        }
        if (at == from) {
            throw bad();
        }
        if (plain && in[from] != '-') {
            out.put(in, from, at - from);
            return;
        }
        BigDecimal number = new BigDecimal(new String(in, from, at - from, StandardCharsets.US_ASCII));
        out.putAscii((number.scale() < 0 ? number.setScale(0) : number).toPlainString());
    }

    private static boolean isPartOfNumber(byte c) {
        return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }
}
