package dev.changeover.verify;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Runs;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens snapshots that are of one cut at which the source can be read. While there is none it waits for the process that
 * follows, up to a limit. Thread-safe.
 */
final class Snapshots {
    /** The source keeps its history for 300 s by default; a cut older than this cannot be relied on to be readable. */
    private static final Duration OLDEST = Duration.ofSeconds(240);

    private final Sides sides;
    private final Duration patience;
    private final String planSha256;
    private final Verification.Progress progress;
    private final Station.Listener stations;

    private Snapshots(
            Sides sides,
            Duration patience,
            String planSha256,
            Verification.Progress progress,
            Station.Listener stations) {
        this.sides = sides;
        this.patience = patience;
        this.planSha256 = planSha256;
        this.progress = progress;
        this.stations = stations;
    }

    /** For who compares by the plan that is there now. */
    static Snapshots of(Sides sides, VerifySettings settings, Verification.Progress progress, Station.Listener stations)
            throws InterruptedException {
        String plan = sides.state()
                .runs()
                .find()
                .map(Runs.Row::sha256)
                .orElseThrow(() -> new IllegalStateException("nothing was begun"));
        return new Snapshots(sides, settings.limits().patience(), plan, progress, stations);
    }

    Snapshot open(Pg.Session session, Namespace of) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            Snapshot snapshot = Snapshot.open(session, sides.state(), of);
            requirePlan(snapshot);
            Optional<String> obstacle = obstacle(snapshot);
            if (obstacle.isEmpty()) {
                stations.reached(Station.VERIFY_SNAPSHOT);
                return snapshot;
            }
            snapshot.close();
            Duration waited = Duration.ofNanos(System.nanoTime() - begun);
            requireHope("compare " + of, obstacle.get(), waited);
            progress.waits(obstacle.get());
            try (var tx = session.begin("wait for the next cut")) {
                tx.texts("SELECT pg_sleep(0.1)::text");
            }
        }
    }

    /** Why its rows are of no instant at which documents can be read. */
    private Optional<String> obstacle(Snapshot snapshot) {
        if (snapshot.standing().between()) {
            return Optional.of("changeover run works off a backlog, and rows are newer than the last cut");
        }
        if (snapshot.standing().filling()) {
            return Optional.of("new columns are being filled, and some rows are by the plan before");
        }
        if (!sides.mongo().readsAnInstant(snapshot.of())) {
            return Optional.empty();
        }
        Duration age = snapshot.at().lagBehind(sides.mongo().note("changeover verifies"));
        return age.compareTo(OLDEST) <= 0
                ? Optional.empty()
                : Optional.of("the last cut is " + age.toSeconds() + " s old, and MongoDB can be read as of the last "
                        + OLDEST.toSeconds() + " s or so only");
    }

    private void requirePlan(Snapshot snapshot) {
        if (!snapshot.standing().planSha256().equals(planSha256)) {
            snapshot.close();
            throw new FailedException(new Failure.Refused(
                    "compare " + snapshot.of(),
                    "the run has taken over another plan meanwhile",
                    "Give the same command again: it goes on by the new one."));
        }
    }

    private void requireHope(String during, String obstacle, Duration waited) throws InterruptedException {
        if (!isFollowed()) {
            throw new FailedException(new Failure.Refused(
                    during, obstacle, "Let changeover run follow meanwhile, and give the same command again."));
        }
        if (waited.compareTo(patience) > 0) {
            throw new FailedException(new Failure.Refused(
                    during,
                    obstacle + ", for " + waited.toSeconds() + " s now",
                    "changeover status tells when it has caught up. Then give the same command again."));
        }
    }

    private boolean isFollowed() throws InterruptedException {
        return sides.state().watch().beat().filter(Watch.Beat::isAlive).isPresent();
    }

    /**
     * To be called after documents were read: a read across a drop or rename finds nothing and does not fail (I8). Nothing
     * that was read counts then.
     */
    void requireSameCollection(Snapshot snapshot) throws InterruptedException {
        stations.reached(Station.VERIFY_READ);
        Optional<UUID> from = snapshot.standing().from();
        Optional<UUID> now = sides.mongo().uuids(List.of(snapshot.of())).getOrDefault(snapshot.of(), Optional.empty());
        if (from.isEmpty() || from.equals(now)) { // what was created after the cut has no documents at it
            return;
        }
        String during = "compare " + snapshot.of();
        String reason = "the collection was dropped, renamed or replaced after the cut";
        throw new FailedException(
                isFollowed()
                        ? new Failure.Transient(during, reason, Duration.ofMillis(200))
                        : new Failure.Refused(
                                during,
                                reason,
                                "Let changeover run follow meanwhile, and give the same command again."));
    }
}
