package dev.changeover;

import java.util.Arrays;
import java.util.HexFormat;

/** An edge of a chunk: the BSON document <code>{_id: value}</code>, whatever the value's type; of a file's <code>{place: n}</code>. Treat as immutable. */
@SuppressWarnings("ArrayRecordComponent") // the bytes are the value; equals below compares them
public record IdBound(byte[] document) {
    @Override
    public boolean equals(Object other) {
        return other instanceof IdBound bound && Arrays.equals(document, bound.document);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(document);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(document);
    }
}
