package dev.changeover.bson;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.types.Decimal128;

/** BSON documents of all types, corner values first; the same seed gives the same documents. */
public final class RandomBson {
    private static final List<String> NAMES = List.of(
            "a",
            "b",
            "c",
            "d",
            "e",
            "f",
            "g",
            "h",
            "createdAt",
            "x.y",
            "$type",
            "",
            " ",
            "\uFEFFISO",
            "na\\me",
            "A",
            "#",
            "a\\#2",
            "*",
            "0",
            "1");
    private static final String[] NUMBER_TEXTS = {
        "0",
        "-0",
        "7",
        "12.50",
        "-3.10",
        "007",
        "+5",
        "1e3",
        "n/a",
        "9223372036854775808",
        "0.1",
        "1.",
        ".5",
        "-0.0",
        "2147483648",
        "123456789012345678901234567890.5"
    };

    private final SplittableRandom random;
    /** Whether bytes appear that no driver writes: invalid UTF-8, names given twice, odd array keys. */
    private final boolean odd;

    public RandomBson(long seed, boolean odd) {
        this.random = new SplittableRandom(seed);
        this.odd = odd;
    }

    public SplittableRandom random() {
        return random;
    }

    /** A document with an _id of a random type. */
    public byte[] document() {
        BsonWriter out = new BsonWriter(new Bytes(256)).begin();
        key(out);
        fields(out, 0);
        return out.end().out().toArray();
    }

    private void key(BsonWriter out) {
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> value(out, "_id", BsonType.OBJECT_ID, 3);
            case 3, 4 -> value(out, "_id", BsonType.STRING, 3);
            case 5 -> value(out, "_id", BsonType.INT32, 3);
            case 6 -> value(out, "_id", BsonType.DOCUMENT, 2);
            default -> {
                BsonType type = type();
                boolean refused = type == BsonType.ARRAY || type == BsonType.REGEX || type == BsonType.UNDEFINED;
                value(out, "_id", refused ? BsonType.INT64 : type, 3);
            }
        }
    }

    private void fields(BsonWriter out, int depth) {
        int count = random.nextInt(depth == 0 ? 12 : 5);
        int from = random.nextInt(NAMES.size());
        for (int i = 0; i < count; i++) {
            // an odd step visits names in turn, so names repeat only when we want it
            String name = NAMES.get((from + i) % NAMES.size());
            value(out, name, type(), depth + 1);
            if (odd && random.nextInt(25) == 0) {
                value(out, name, type(), depth + 1);
            }
        }
        if (odd && random.nextInt(40) == 0) {
            byte[] name = {(byte) 0xC3, 'x'};
            out.name(BsonType.INT32, name, 0, 2).int32(1);
        }
    }

    private BsonType type() {
        BsonType[] types = BsonType.values();
        return switch (random.nextInt(3)) {
            case 0 -> types[random.nextInt(types.length)];
            case 1 ->
                List.of(BsonType.STRING, BsonType.INT32, BsonType.DOUBLE, BsonType.NULL, BsonType.OBJECT_ID)
                        .get(random.nextInt(5));
            default ->
                List.of(BsonType.DOCUMENT, BsonType.ARRAY, BsonType.DATE, BsonType.INT64, BsonType.DECIMAL128)
                        .get(random.nextInt(5));
        };
    }

    void value(BsonWriter out, String name, BsonType type, int depth) {
        BsonType of = depth > 4 && (type == BsonType.DOCUMENT || type == BsonType.ARRAY) ? BsonType.INT32 : type;
        out.name(of, name);
        switch (of) {
            case DOUBLE -> out.int64(doubleBits());
            case STRING, CODE, SYMBOL -> string(out);
            case DOCUMENT -> {
                out.begin();
                fields(out, depth);
                out.end();
            }
            case ARRAY -> array(out, depth);
            case BINARY -> binary(out);
            case UNDEFINED, NULL, MIN_KEY, MAX_KEY -> {}
            case OBJECT_ID -> out.raw(bytes(12), 0, 12);
            case BOOLEAN -> out.bool(random.nextBoolean());
            case DATE -> out.int64(date());
            case REGEX ->
                out.cString(random.nextBoolean() ? "^a.*\"\\d" : "").cString(random.nextBoolean() ? "im" : "");
            case DB_POINTER -> {
                string(out);
                out.raw(bytes(12), 0, 12);
            }
            case CODE_WITH_SCOPE -> {
                BsonWriter inner = new BsonWriter(new Bytes(64));
                string(inner);
                inner.begin();
                fields(inner, 4);
                inner.end();
                byte[] value = inner.out().toArray();
                out.int32(value.length + 4).raw(value, 0, value.length);
            }
            case INT32 -> out.int32((int) whole());
            case TIMESTAMP -> out.int64(random.nextBoolean() ? random.nextLong() : 0);
            case INT64 -> out.int64(whole());
            case DECIMAL128 -> decimal(out);
        }
    }

    private long doubleBits() {
        long[] corners = {
            0L,
            Long.MIN_VALUE,
            Double.doubleToRawLongBits(1.0),
            Double.doubleToRawLongBits(-7.0),
            0x7FF8000000000000L,
            0x7FF8000000000123L,
            0x7FF0000000000000L,
            0xFFF0000000000000L,
            1L,
            Double.doubleToRawLongBits(Double.MAX_VALUE),
            Double.doubleToRawLongBits(0.1),
            Double.doubleToRawLongBits(1e17),
            Double.doubleToRawLongBits(9007199254740993.0),
            Double.doubleToRawLongBits(1e21),
            Double.doubleToRawLongBits(-1e300),
            Double.doubleToRawLongBits(0x1p63),
            Double.doubleToRawLongBits(1.5e-7),
            Double.doubleToRawLongBits(123456789.25)
        };
        return random.nextInt(3) == 0 ? random.nextLong() : corners[random.nextInt(corners.length)];
    }

    private long whole() {
        long[] corners = {
            0,
            1,
            -1,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Integer.MAX_VALUE + 1L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            1L << 53,
            (1L << 53) + 1,
            9_999,
            10_000,
            100_000_000
        };
        return random.nextInt(3) == 0 ? random.nextLong() : corners[random.nextInt(corners.length)];
    }

    private long date() {
        long[] corners = {
            0,
            -1,
            1_700_000_000_123L,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            -210_866_803_200_000L,
            -210_866_803_200_001L,
            9_224_318_015_999_999L,
            9_224_318_016_000_000L,
            253_402_300_800_000L,
            -62_167_219_200_001L
        };
        return random.nextInt(3) == 0 ? random.nextLong(4_000_000_000_000L) : corners[random.nextInt(corners.length)];
    }

    private void string(BsonWriter out) {
        byte[] utf8 = text();
        out.string(utf8, 0, utf8.length);
    }

    private byte[] text() {
        return switch (random.nextInt(odd ? 9 : 7)) {
            case 0 -> new byte[0];
            case 1 -> NUMBER_TEXTS[random.nextInt(NUMBER_TEXTS.length)].getBytes(StandardCharsets.UTF_8);
            case 2 -> "zażółć \"gęślą\" jaźń \\ \t\n\u0001 \uD83D\uDE00 \uFFFF".getBytes(StandardCharsets.UTF_8);
            case 3 -> "507f1f77bcf86cd799439011".getBytes(StandardCharsets.UTF_8);
            case 4 ->
                List.of("null", "true", "{\"$oid\":1}", "\"", "sha256:x", "2024-01-31T12:00:00.000Z", "$x.y")
                        .get(random.nextInt(7))
                        .getBytes(StandardCharsets.UTF_8);
            case 5 -> "6ba7b810-9dad-11d1-80b4-00c04fd430c8".getBytes(StandardCharsets.UTF_8);
            case 6 -> "x".repeat(random.nextInt(3_000)).getBytes(StandardCharsets.UTF_8);
            case 7 -> "nul\0inside".getBytes(StandardCharsets.UTF_8);
            default -> new byte[] {'b', 'a', 'd', (byte) 0xED, (byte) 0xA0, (byte) 0x80, (byte) 0xFF};
        };
    }

    private void array(BsonWriter out, int depth) {
        out.begin();
        int count = random.nextInt(5);
        BsonType same = random.nextBoolean() ? type() : null;
        boolean oddKeys = odd && random.nextInt(20) == 0;
        for (int i = 0; i < count; i++) {
            value(out, oddKeys ? "k" + i : Integer.toString(i), same != null ? same : type(), depth + 1);
        }
        out.end();
    }

    private void binary(BsonWriter out) {
        int subtype = new int[] {0, 2, 3, 4, 4, 5, 6, 128}[random.nextInt(8)];
        byte[] payload = bytes(subtype == 4 || subtype == 3 ? 16 : random.nextInt(40));
        if (subtype == 2) {
            Bytes inner = new Bytes(64);
            inner.putIntLittle(payload.length);
            inner.put(payload, 0, payload.length);
            payload = inner.toArray();
        }
        if (subtype == 4 && odd && random.nextInt(8) == 0) {
            payload = bytes(27);
        }
        out.binary(subtype, payload, 0, payload.length);
    }

    private void decimal(BsonWriter out) {
        String[] corners = {
            "0",
            "-0",
            "1.10",
            "1E+3",
            "NaN",
            "Infinity",
            "-Infinity",
            "9.999999999999999999999999999999999E+6144",
            "1E-6176",
            "0E+3",
            "0E-5",
            "-12345678901234567890.12345",
            "9223372036854775808",
            "5",
            "0.00001234"
        };
        if (odd && random.nextInt(10) == 0) {
            out.int64(random.nextLong()).int64(random.nextLong());
            return;
        }
        Decimal128 value = Decimal128.parse(corners[random.nextInt(corners.length)]);
        out.int64(value.getLow()).int64(value.getHigh());
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
