package dev.changeover.cli;

import java.time.Duration;
import java.util.Locale;

/** Numbers as a person reads them. */
final class Figures {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Figures() {}

    /** {@code 1,234,567}. */
    static String count(double number) {
        return String.format(Locale.ROOT, "%,d", Math.round(number));
    }

    /** {@code 81.2 MB}, decimal units. */
    static String bytes(double bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, value < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
    }

    /** {@code 1 h 02 min}, {@code 2 min 05 s}, {@code 4 s}. */
    static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds >= 3600) {
            return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds / 60 % 60);
        }
        if (seconds >= 60) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        return seconds < 10 ? String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3) : seconds + " s";
    }

    static String percent(double share) {
        return (int) (share * 100) + " %";
    }
}
