package dev.changeover.bson;

import java.nio.charset.StandardCharsets;

/** Writes BSON documents, element by element. Documents nest by {@link #begin} and {@link #end}. Not thread-safe. */
public final class BsonWriter {
    private final Bytes out;
    private int[] open = new int[16];
    private int depth;

    public BsonWriter(Bytes out) {
        this.out = out;
    }

    /** Begins the document itself, an element's document or array after {@link #name}. */
    public BsonWriter begin() {
        if (depth == open.length) {
            open = java.util.Arrays.copyOf(open, depth * 2);
        }
        open[depth++] = out.size();
        out.putIntLittle(0);
        return this;
    }

    public BsonWriter end() {
        out.put(0);
        int start = open[--depth];
        out.setIntLittle(start, out.size() - start);
        return this;
    }

    public BsonWriter name(BsonType type, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        return name(type, utf8, 0, utf8.length);
    }

    public BsonWriter name(BsonType type, byte[] name, int from, int length) {
        out.put(type.code());
        out.put(name, from, length);
        out.put(0);
        return this;
    }

    public BsonWriter int32(int value) {
        out.putIntLittle(value);
        return this;
    }

    public BsonWriter int64(long value) {
        out.putLongLittle(value);
        return this;
    }

    public BsonWriter float64(double value) {
        out.putLongLittle(Double.doubleToRawLongBits(value));
        return this;
    }

    public BsonWriter bool(boolean value) {
        out.put(value ? 1 : 0);
        return this;
    }

    /** A string's value: length, bytes, 0. Also for code and symbols. */
    public BsonWriter string(byte[] utf8, int from, int length) {
        out.putIntLittle(length + 1);
        out.put(utf8, from, length);
        out.put(0);
        return this;
    }

    public BsonWriter string(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return string(utf8, 0, utf8.length);
    }

    /** A C string: of a regular expression. */
    public BsonWriter cString(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.put(utf8, 0, utf8.length);
        out.put(0);
        return this;
    }

    public BsonWriter binary(int subtype, byte[] payload, int from, int length) {
        out.putIntLittle(length);
        out.put(subtype);
        out.put(payload, from, length);
        return this;
    }

    /** A value whose BSON bytes are at hand. */
    public BsonWriter raw(byte[] value, int from, int length) {
        out.put(value, from, length);
        return this;
    }

    public Bytes out() {
        return out;
    }
}
