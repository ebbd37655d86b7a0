package dev.changeover.demo;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the clients were told, outside of both databases: the last acknowledged state of each cart, requests, failures,
 * reads of something older, and how long each took. Thread-safe.
 */
final class ClientLedger {
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private long requests;
    private long failed;
    private long stale;
    private long longest;
    private Optional<Throwable> firstFailure = Optional.empty();

    synchronized void wrote(String cart, long pieces, long nanos) {
        acknowledged.put(cart, pieces);
        took(nanos);
    }

    /** The cart's only writer has read {@code pieces}. */
    synchronized void read(String cart, long pieces, long nanos) {
        if (pieces != acknowledged.getOrDefault(cart, 0L)) {
            stale++;
        }
        took(nanos);
    }

    private void took(long nanos) {
        requests++;
        longest = Math.max(longest, nanos);
    }

    synchronized void failed(Throwable why) {
        requests++;
        failed++;
        firstFailure = firstFailure.or(() -> Optional.of(why));
    }

    /** The longest request that has ended since this was last asked. */
    synchronized Duration longestSince() {
        Duration was = Duration.ofNanos(longest);
        longest = 0;
        return was;
    }

    /** Counts, of all that has ended. */
    record Totals(long requests, long failed, long stale, Optional<Throwable> firstFailure) {}

    synchronized Totals totals() {
        return new Totals(requests, failed, stale, firstFailure);
    }

    /** Acknowledged states that a database does not have. */
    synchronized long lost(Map<String, Long> held) {
        return acknowledged.entrySet().stream()
                .filter(cart -> !cart.getValue().equals(held.get(cart.getKey())))
                .count();
    }
}
