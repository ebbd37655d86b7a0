package dev.changeover.http;

import dev.changeover.ClusterTime;
import dev.changeover.state.Leases;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * The phase and the leases, for applications that do not ask PostgreSQL themselves. Nothing is kept here: each answer is
 * what PostgreSQL says. Thread-safe; until closed.
 */
public final class PhaseEndpoints implements AutoCloseable {
    private static final int STREAMS_MAX = 200;
    private static final int NAME_MAX = 200;
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration WAIT_USUAL = Duration.ofSeconds(5);
    private static final Duration WAIT_MOST = Duration.ofSeconds(10);
    private static final Duration LEASE_USUAL = Duration.ofSeconds(10);
    private static final Duration LEASE_MOST = Duration.ofMinutes(10);
    private static final Set<String> RENEWAL = Set.of("epoch", "lease_seconds");

    private final Leases leases;
    private final PhaseWatch watch;
    private final Semaphore streams = new Semaphore(STREAMS_MAX);

    public PhaseEndpoints(Leases leases) {
        this.leases = leases;
        watch = new PhaseWatch(leases);
    }

    public List<Endpoint> all() {
        return List.of(
                new Endpoint(
                        "GET",
                        "/v1/phase",
                        asked -> asked.json(200, Json.told(leases.now().told()))),
                new Endpoint("GET", "/v1/events", this::events),
                new Endpoint("GET", "/v1/applied", this::applied),
                new Endpoint("PUT", "/v1/instances/*", this::renew),
                new Endpoint("DELETE", "/v1/instances/*", this::end));
    }

    private void renew(Asked asked) throws IOException, InterruptedException {
        String name = name(asked);
        Map<String, BigDecimal> body = Json.numbers(asked.body());
        BigDecimal given = body.get("epoch");
        if (given == null || !RENEWAL.containsAll(body.keySet())) {
            throw NotAnsweredException.wrong(
                    "epoch is missing, or there is more than epoch and lease_seconds",
                    "Send {\"epoch\": 4, \"lease_seconds\": 10}: the epoch that all calls go by.");
        }
        long epoch = whole(given, "epoch", Long.MAX_VALUE);
        BigDecimal lease = body.getOrDefault("lease_seconds", BigDecimal.valueOf(LEASE_USUAL.toSeconds()));
        if (lease.compareTo(new BigDecimal("0.1")) < 0
                || lease.compareTo(BigDecimal.valueOf(LEASE_MOST.toSeconds())) > 0) {
            throw NotAnsweredException.wrong(
                    "lease_seconds is not between 0.1 and " + LEASE_MOST.toSeconds(),
                    "Take 10: a change of the phase waits as long for a dead instance.");
        }
        Duration wanted = Duration.ofMillis(lease.movePointRight(3).longValue());
        asked.json(200, Json.told(leases.renew(name, epoch, wanted)));
    }

    private void end(Asked asked) throws IOException, InterruptedException {
        leases.end(name(asked));
        asked.json(200, Json.told(leases.now().told()));
    }

    private static String name(Asked asked) {
        String name = asked.name();
        if (name.length() > NAME_MAX || name.chars().anyMatch(Character::isISOControl)) {
            throw NotAnsweredException.wrong(
                    "an instance's name has up to " + NAME_MAX + " characters, none of them a control character",
                    "Take host and process id, or the pod's name.");
        }
        return name;
    }

    private void applied(Asked asked) throws IOException, InterruptedException {
        long seconds = number(asked, "seconds", 0xFFFF_FFFFL)
                .orElseThrow(() -> NotAnsweredException.wrong(
                        "seconds is missing", "Ask for /v1/applied?seconds=1795608000&ordinal=7&timeout_ms=2000"));
        long ordinal = number(asked, "ordinal", 0xFFFF_FFFFL).orElse(0L);
        Duration within = number(asked, "timeout_ms", WAIT_MOST.toMillis())
                .map(Duration::ofMillis)
                .orElse(WAIT_USUAL);
        ClusterTime at = new ClusterTime(seconds, ordinal);
        boolean already = leases.now().applied().filter(cut -> !at.isAfter(cut)).isPresent();
        asked.json(200, Json.applied(already || watch.applied(at, within)));
    }

    private static Optional<Long> number(Asked asked, String name, long most) {
        return asked.parameter(name).map(text -> {
            try {
                return whole(new BigDecimal(text), name, most);
            } catch (NumberFormatException e) {
                throw notWhole(name, most);
            }
        });
    }

    private static long whole(BigDecimal number, String name, long most) {
        if (number.precision() > 40
                || number.scale() > 0
                || number.signum() < 0
                || number.compareTo(BigDecimal.valueOf(most)) > 0) {
            throw notWhole(name, most);
        }
        return number.longValueExact();
    }

    private static NotAnsweredException notWhole(String name, long most) {
        return NotAnsweredException.wrong(name + " is not a whole number from 0 to " + most, "Give such a number.");
    }

    /** The phase at once, then each change of it. A stream that lives tells what was true a few seconds ago at most. */
    private void events(Asked asked) throws IOException, InterruptedException {
        if (!streams.tryAcquire()) {
            throw new NotAnsweredException(
                    503, STREAMS_MAX + " streams are open already", "Ask /v1/phase every second or two instead.");
        }
        try {
            Leases.Told told = leases.now().told();
            Asked.Stream stream = asked.stream("text/event-stream");
            stream.send(event(told));
            while (true) {
                Optional<Leases.Told> next = watch.after(told.epoch(), HEARTBEAT);
                told = next.orElse(told);
                stream.send(next.map(PhaseEndpoints::event).orElse(": still epoch " + told.epoch() + "\n\n"));
            }
        } finally {
            streams.release();
        }
    }

    private static String event(Leases.Told told) {
        return "id: " + told.epoch() + "\nevent: phase\ndata: " + Json.told(told) + "\n\n";
    }

    @Override
    public void close() {
        watch.close();
    }
}
