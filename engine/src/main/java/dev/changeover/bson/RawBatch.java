package dev.changeover.bson;

import java.util.Arrays;

/** Some whole BSON documents in one byte array, as a server reply brought them. Valid until the next batch is asked for. */
public interface RawBatch {
    int size();

    byte[] bytes();

    /** Where document {@code i} begins in {@link #bytes}. */
    int offset(int i);

    /** Its length in bytes, its own header included. */
    default int length(int i) {
        return BsonValues.int32(bytes(), offset(i));
    }

    /** Its bytes for themselves, which outlive the batch. */
    default byte[] document(int i) {
        return Arrays.copyOfRange(bytes(), offset(i), offset(i) + length(i));
    }

    /** One document as a batch, of the array's own bytes. */
    static RawBatch of(byte[] document) {
        return new RawBatch() {
            @Override
            public int size() {
                return 1;
            }

            @Override
            public byte[] bytes() {
                return document;
            }

            @Override
            public int offset(int i) {
                return 0;
            }
        };
    }
}
