package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import dev.changeover.bson.Json;

/** UUIDs in their one canonical spelling: lower-case hex, 8-4-4-4-12. */
final class UuidText {
    static final int LENGTH = 36;

    private UuidText() {}

    static void write(Bytes out, byte[] bytes, int at) {
        Json.hex(out, bytes, at, 4);
        for (int i = 4; i < 10; i += 2) {
            out.put('-');
            Json.hex(out, bytes, at + i, 2);
        }
        out.put('-');
        Json.hex(out, bytes, at + 10, 6);
    }

    /** Writes the field (length and 16 bytes); false, and nothing written, when the text is not of that spelling. */
    static boolean read(byte[] text, int from, int to, Bytes out) {
        if (to - from != LENGTH) {
            return false;
        }
        int mark = out.size();
        out.putInt(16);
        int nibbles = 0;
        int value = 0;
        for (int i = 0; i < LENGTH; i++) {
            byte c = text[from + i];
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    out.truncate(mark);
                    return false;
                }
                continue;
            }
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) {
                out.truncate(mark);
                return false;
            }
            value = value << 4 | digit;
            if (++nibbles % 2 == 0) {
                out.put(value);
                value = 0;
            }
        }
        return true;
    }
}
