package dev.changeover.dump;

/** CRC-64 with the polynomial of ECMA-182, reflected, as mongodump's archives have it; eight bytes at a time. */
final class Crc64 {
    private static final long POLYNOMIAL = 0xC96C_5795_D787_0F42L;
    private static final long[][] TABLES = tables();

    private long crc = -1;

    private static long[][] tables() {
        long[][] tables = new long[8][256];
        for (int b = 0; b < 256; b++) {
            long value = b;
            for (int bit = 0; bit < 8; bit++) {
                value = (value & 1) == 0 ? value >>> 1 : value >>> 1 ^ POLYNOMIAL;
            }
            tables[0][b] = value;
        }
        for (int b = 0; b < 256; b++) {
            for (int t = 1; t < 8; t++) {
                long before = tables[t - 1][b];
                tables[t][b] = before >>> 8 ^ tables[0][(int) before & 0xFF];
            }
        }
        return tables;
    }

    void add(byte[] bytes, int from, int length) {
        long now = crc;
        int at = from;
        int end = from + length;
        for (; at + 8 <= end; at += 8) {
            now ^= dev.changeover.bson.BsonValues.int64(bytes, at);
            now = TABLES[7][(int) now & 0xFF]
                    ^ TABLES[6][(int) (now >>> 8) & 0xFF]
                    ^ TABLES[5][(int) (now >>> 16) & 0xFF]
                    ^ TABLES[4][(int) (now >>> 24) & 0xFF]
                    ^ TABLES[3][(int) (now >>> 32) & 0xFF]
                    ^ TABLES[2][(int) (now >>> 40) & 0xFF]
                    ^ TABLES[1][(int) (now >>> 48) & 0xFF]
                    ^ TABLES[0][(int) (now >>> 56) & 0xFF];
        }
        for (; at < end; at++) {
            now = now >>> 8 ^ TABLES[0][((int) now ^ bytes[at]) & 0xFF];
        }
        crc = now;
    }

    long value() {
        return ~crc;
    }
}
