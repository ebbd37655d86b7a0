package dev.changeover.router;

import java.time.Duration;

/**
 * Spaces out the tries of writes that were refused: a fence is met by all threads of an instance at once, and one of them now
 * and then is enough to see that it is gone. Guarded by its owner's lock.
 */
final class Turns {
    private static final long SPACE_NANOS = Duration.ofMillis(10).toNanos();

    /** Nobody waits for longer because of the others. */
    private static final long MOST_NANOS = Duration.ofSeconds(1).toNanos();

    private long last = System.nanoTime();

    /** The turn of the next that comes, {@code pause} from now at the earliest. */
    Deadline next(Duration pause) {
        long now = System.nanoTime();
        long spaced = Math.min(last + SPACE_NANOS - now, MOST_NANOS);
        last = now + Math.max(spaced, pause.toNanos());
        return new Deadline(last);
    }
}
