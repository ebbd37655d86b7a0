package dev.changeover.router;

/**
 * What a caller has seen: the newest epoch, and the latest operationTime of its calls on MongoDB (seconds * 2^32 +
 * ordinal, unsigned; 0: none).
 */
record Token(long epoch, long time) {
    static final Token NONE = new Token(0, 0);

    /** The later of both, in each part. */
    Token and(Token other) {
        long later = Long.compareUnsigned(time, other.time) >= 0 ? time : other.time;
        return later == time && epoch >= other.epoch ? this : new Token(Math.max(epoch, other.epoch), later);
    }

    String text() {
        return epoch + "-" + Long.toUnsignedString(time);
    }

    static Token parse(String text) {
        int dash = text.indexOf('-');
        try {
            long epoch = Long.parseLong(text.substring(0, Math.max(dash, 0)));
            return new Token(epoch, Long.parseUnsignedLong(text.substring(dash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("\"" + text + "\" is no token: give what Causality.text() gave", e);
        }
    }
}
