package dev.changeover.bson;

import java.math.BigInteger;

/**
 * An IEEE 754-2008 decimal128 in BID encoding, taken apart: sign, coefficient, exponent. Reusable; not thread-safe.
 * Coefficients past 34 digits, and the long form that only holds those, are not canonical: the standard reads them as 0.
 */
public final class Decimal {
    private static final int EXPONENT_BIAS = 6_176;
    private static final BigInteger COEFFICIENT_MAX = BigInteger.TEN.pow(34).subtract(BigInteger.ONE);

    /** What kind of decimal it is. */
    public enum Kind {
        FINITE,
        INFINITE,
        NAN,
        /** A finite one, an infinity or a NaN in bits that no arithmetic makes. */
        NOT_CANONICAL
    }

    private Kind kind = Kind.FINITE;
    private boolean negative;
    private BigInteger coefficient = BigInteger.ZERO;
    private int exponent;

    public Decimal set(byte[] bytes, int at) {
        long low = BsonValues.int64(bytes, at);
        long high = BsonValues.int64(bytes, at + 8);
        negative = high < 0;
        long bits = high & Long.MAX_VALUE;
        coefficient = BigInteger.ZERO;
        exponent = 0;
        if (bits >>> 58 == 0x1F) {
            kind = high == 0x7C00_0000_0000_0000L && low == 0 ? Kind.NAN : Kind.NOT_CANONICAL;
        } else if (bits >>> 58 == 0x1E) {
            kind = bits == 0x7800_0000_0000_0000L && low == 0 ? Kind.INFINITE : Kind.NOT_CANONICAL;
        } else if (bits >>> 61 == 3) {
            kind = Kind.NOT_CANONICAL;
        } else {
            exponent = (int) (bits >>> 49) - EXPONENT_BIAS;
            coefficient = coefficient(bits & 0x1_FFFF_FFFF_FFFFL, low);
            kind = coefficient.compareTo(COEFFICIENT_MAX) > 0 ? Kind.NOT_CANONICAL : Kind.FINITE;
        }
        return this;
    }

    private static BigInteger coefficient(long high, long low) {
        if (high == 0 && low >= 0) {
            return BigInteger.valueOf(low);
        }
        byte[] magnitude = new byte[16];
        for (int i = 0; i < 8; i++) {
            magnitude[i] = (byte) (high >>> 56 - 8 * i);
            magnitude[8 + i] = (byte) (low >>> 56 - 8 * i);
        }
        return new BigInteger(1, magnitude);
    }

    public Kind kind() {
        return kind;
    }

    public boolean negative() {
        return negative;
    }

    public BigInteger coefficient() {
        return coefficient;
    }

    public int exponent() {
        return exponent;
    }

    public boolean negativeZero() {
        return kind == Kind.FINITE && negative && coefficient.signum() == 0;
    }

    /** True when digits and point alone tell it: no exponent above 0 to lose, and no sign on a zero. */
    public boolean plain() {
        return kind == Kind.FINITE && exponent <= 0 && !negativeZero();
    }
}
