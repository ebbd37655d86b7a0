package dev.changeover.profile;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.plan.ColumnType;

/** What the numbers of one path look like: which of PostgreSQL's number types would hold them exactly. Not thread-safe. */
public final class NumberStats {
    private long whole;
    private long smallest = Long.MAX_VALUE;
    private long largest = Long.MIN_VALUE;
    private long wideInt64;
    private long inexactInDouble;
    private double lowest = Double.POSITIVE_INFINITY;
    private double highest = Double.NEGATIVE_INFINITY;
    private long doublesWhole;

    void add(BsonType type, byte[] bytes, int at) {
        switch (type) {
            case INT32 -> addWhole(BsonValues.int32(bytes, at));
            case INT64 -> addWhole(BsonValues.int64(bytes, at));
            case DOUBLE -> addDouble(BsonValues.float64(bytes, at));
            case DECIMAL128,
                    STRING,
                    DOCUMENT,
                    ARRAY,
                    BINARY,
                    UNDEFINED,
                    OBJECT_ID,
                    BOOLEAN,
                    DATE,
                    NULL,
                    REGEX,
                    DB_POINTER,
                    CODE,
                    SYMBOL,
                    CODE_WITH_SCOPE,
                    TIMESTAMP,
                    MIN_KEY,
                    MAX_KEY -> {}
        }
    }

    private void addWhole(long n) {
        whole++;
        smallest = Math.min(smallest, n);
        largest = Math.max(largest, n);
        if (n != (int) n) {
            wideInt64++;
        }
        if (n > ColumnType.DOUBLE_EXACT_MOST || n < -ColumnType.DOUBLE_EXACT_MOST) {
            inexactInDouble++;
        }
    }

    private void addDouble(double d) {
        if (Double.isNaN(d) || Double.isInfinite(d)) {
            return;
        }
        lowest = Math.min(lowest, d);
        highest = Math.max(highest, d);
        if (d == Math.rint(d)) {
            doublesWhole++;
        }
    }

    void merge(NumberStats other) {
        whole += other.whole;
        smallest = Math.min(smallest, other.smallest);
        largest = Math.max(largest, other.largest);
        wideInt64 += other.wideInt64;
        inexactInDouble += other.inexactInDouble;
        lowest = Math.min(lowest, other.lowest);
        highest = Math.max(highest, other.highest);
        doublesWhole += other.doublesWhole;
    }

    /** Whole numbers (int, long) outside of int's range. */
    public long wide() {
        return wideInt64;
    }

    public long inexactInDouble() {
        return inexactInDouble;
    }

    public long doublesWhole() {
        return doublesWhole;
    }

    /** The range as a person reads it, or empty when no finite number was seen. */
    public String range() {
        boolean doubles = lowest <= highest;
        if (whole == 0 && !doubles) {
            return "";
        }
        String low = !doubles || (whole > 0 && smallest <= lowest) ? Long.toString(smallest) : text(lowest);
        String high = !doubles || (whole > 0 && largest >= highest) ? Long.toString(largest) : text(highest);
        return low + " to " + high;
    }

    private static String text(double d) {
        return d == Math.rint(d) && Math.abs(d) < 1e15 ? Long.toString((long) d) : Double.toString(d);
    }
}
