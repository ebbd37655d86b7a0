package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import java.time.Instant;
import java.time.ZoneOffset;

/** Dates as JavaScript writes them: ISO-8601 in UTC with milliseconds, <code>2024-01-31T12:00:00.000Z</code>. */
final class DateText {
    /** Years 0 to 9999 have this one length. */
    static final int LENGTH = 24;

    private static final long YEAR_0 = -62_167_219_200_000L;
    private static final long YEAR_10000 = 253_402_300_800_000L;

    private DateText() {}

    /** Writes the text without quotes; years past 9999 or before 0 get a sign and more digits. */
    static void write(Bytes out, long millis) {
        if (millis < YEAR_0 || millis >= YEAR_10000) {
            String text = Instant.ofEpochMilli(millis).toString();
            out.putAscii(text);
            return;
        }
        var date = Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC);
        digits(out, date.getYear(), 4, '-');
        digits(out, date.getMonthValue(), 2, '-');
        digits(out, date.getDayOfMonth(), 2, 'T');
        digits(out, date.getHour(), 2, ':');
        digits(out, date.getMinute(), 2, ':');
        digits(out, date.getSecond(), 2, '.');
        digits(out, (int) Math.floorMod(millis, 1_000L), 3, 'Z');
    }

    private static void digits(Bytes out, int value, int count, char after) {
        out.reserve(count + 1);
        byte[] array = out.array();
        int rest = value;
        for (int i = out.size() + count - 1; i >= out.size(); i--) {
            array[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        array[out.size() + count] = (byte) after;
        out.advance(count + 1);
    }
}
