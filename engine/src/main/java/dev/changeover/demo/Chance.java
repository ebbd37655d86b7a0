package dev.changeover.demo;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.types.ObjectId;

/** Seeded choices: the same seed gives the same shop. Not thread-safe. */
final class Chance {
    /** The shop's first day; everything in it happens in the two years after. */
    private static final Instant OPENING = Instant.parse("2023-01-02T08:00:00Z");

    private static final long SECONDS_OPEN = 2L * 365 * 24 * 3600;

    private final SplittableRandom random;
    private final int process;
    private int counter;

    Chance(long seed) {
        random = new SplittableRandom(seed);
        process = random.nextInt();
    }

    /** From 0 to {@code below} - 1. */
    int number(int below) {
        return random.nextInt(below);
    }

    double fraction() {
        return random.nextDouble();
    }

    /** True {@code times} in a thousand. */
    boolean rarely(int times) {
        return random.nextInt(1000) < times;
    }

    <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    Instant moment() {
        return OPENING.plusSeconds(random.nextLong(SECONDS_OPEN)).plusMillis(random.nextInt(1000));
    }

    /** An id as one driver's process would have made it at that moment. */
    ObjectId id(Instant moment) {
        ByteBuffer id = ByteBuffer.allocate(12).putInt((int) moment.getEpochSecond());
        id.putInt(process).put((byte) 0x5a);
        id.put((byte) (counter >> 16)).put((byte) (counter >> 8)).put((byte) counter++);
        return new ObjectId(id.array());
    }

    String hex(int digits) {
        return Long.toHexString(random.nextLong() | 1L << 63).substring(0, digits);
    }

    long bits() {
        return random.nextLong();
    }
}
