package dev.changeover.bson;

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
}
