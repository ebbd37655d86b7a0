package dev.changeover.phase;

import dev.changeover.Phase;
import dev.changeover.state.Builds;
import dev.changeover.state.Following;
import dev.changeover.state.Phases;
import dev.changeover.state.Runs;
import dev.changeover.state.Sequences;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks whether the way to the next phase is clear. The way back always is. */
final class Guards {
    /** A write is answered when PostgreSQL has it: that must not be minutes. */
    private static final Duration LAG_MOST = Duration.ofSeconds(10);

    /** Reads are answered by rows that were compared within that time. */
    private static final Duration VERIFIED_MOST = Duration.ofHours(24);

    private final State state;

    Guards(State state) {
        this.state = state;
    }

    /** What must hold before the phase goes from {@code now} to {@code to}; nothing on the way back. */
    List<Guard> before(Phases.Now now, Phase to) throws InterruptedException {
        if (to.ordinal() <= now.phase().ordinal()) {
            return List.of();
        }
        List<Guard> guards = new ArrayList<>();
        guards.add(copied());
        guards.add(followed());
        guards.add(lag());
        guards.add(indexes());
        guards.add(columns());
        guards.add(acknowledged(now));
        if (to == Phase.PG_READS || to == Phase.POSTGRES) {
            guards.add(verified());
        }
        if (to == Phase.POSTGRES) {
            guards.add(sequences());
        }
        return guards;
    }

    private Guard copied() throws InterruptedException {
        Optional<Runs.Row> run = state.runs().find();
        boolean holds = run.flatMap(Runs.Row::copied).isPresent();
        return new Guard(
                "copied",
                holds,
                holds ? "the copy is complete" : "the copy is not complete",
                "Wait for changeover run; changeover status shows how far it is.");
    }

    private Guard followed() throws InterruptedException {
        Optional<Watch.Beat> beat = state.watch().beat().filter(Watch.Beat::isAlive);
        return new Guard(
                "followed",
                beat.isPresent(),
                beat.map(by -> by.who() + " follows MongoDB").orElse("nobody follows MongoDB"),
                "Start it, and leave it running: changeover run");
    }

    private Guard lag() throws InterruptedException {
        Optional<Following> following = state.follower().read();
        Optional<Duration> lag = following.flatMap(Following::lag);
        boolean spooled = following.isPresent() && following.get().behind().spooled();
        boolean holds = lag.isPresent() && lag.get().compareTo(LAG_MOST) <= 0 && !spooled;
        String seen = lag.map(by -> "PostgreSQL is " + by.toSeconds() + " s behind"
                        + (spooled ? ", and more changes wait in the spool" : ""))
                .orElse("how far PostgreSQL is behind is not known");
        return new Guard("lag", holds, seen, "Wait until it has caught up to " + LAG_MOST.toSeconds() + " s.");
    }

    private Guard indexes() throws InterruptedException {
        List<Builds.Failed> failed = state.builds().failures();
        List<Watch.Building> building = state.watch().building();
        boolean holds = failed.isEmpty() && building.isEmpty();
        String seen = holds
                ? "all indexes are built"
                : failed.isEmpty()
                        ? "being built: "
                                + building.stream().map(Watch.Building::index).collect(Collectors.joining(", "))
                        : "not built: "
                                + failed.stream().map(Builds.Failed::name).collect(Collectors.joining(", "));
        return new Guard(
                "indexes", holds, seen, "changeover status says why; changeover finish --apply builds them again.");
    }

    private Guard columns() throws InterruptedException {
        boolean holds = state.backfills().open().isEmpty() && !state.nextPlan().waits();
        return new Guard(
                "columns",
                holds,
                holds ? "all columns are filled" : "new columns are being filled",
                "Wait until they are; changeover status shows how far that is.");
    }

    private Guard verified() throws InterruptedException {
        List<String> never = new ArrayList<>();
        List<String> differing = new ArrayList<>();
        List<String> old = new ArrayList<>();
        for (Verifications.Newest one : state.verifications().newest()) {
            String name = one.namespace().toString();
            if (one.verified().isEmpty()) {
                never.add(name);
            } else if (!one.isClean()) {
                differing.add(name);
            } else if (one.age().compareTo(VERIFIED_MOST) > 0) {
                old.add(name);
            }
        }
        String seen = Stream.of(
                        words("never verified: ", never),
                        words("found to differ: ", differing),
                        words("verified more than " + VERIFIED_MOST.toHours() + " hours ago: ", old))
                .filter(words -> !words.isEmpty())
                .collect(Collectors.joining("; "));
        return new Guard(
                "verified",
                seen.isEmpty(),
                seen.isEmpty() ? "every row was compared with its document, and was equal" : seen,
                "Run changeover verify; it tells what differs, and --repair puts it right.");
    }

    /** From then on PostgreSQL gives the next values. */
    private Guard sequences() throws InterruptedException {
        List<Sequences.Behind> behind = state.sequences().behind();
        return new Guard(
                "sequences",
                behind.isEmpty(),
                behind.isEmpty()
                        ? "no sequence of a column is behind its values"
                        : behind.stream().map(Sequences.Behind::toString).collect(Collectors.joining("; ")),
                behind.stream().map(Sequences.Behind::remedy).collect(Collectors.joining(" ")));
    }

    private static String words(String what, List<String> names) {
        return names.isEmpty() ? "" : what + String.join(", ", names);
    }

    private Guard acknowledged(Phases.Now now) throws InterruptedException {
        List<String> behind = behind(state.phases().instances(), now.epoch());
        return new Guard(
                "acknowledged",
                behind.isEmpty(),
                behind.isEmpty()
                        ? "every instance goes by epoch " + now.epoch()
                        : "not yet at epoch " + now.epoch() + ": " + String.join(", ", behind),
                "Look at these instances: they renew their lease but do not take the phase over.");
    }

    /** The instances that are there and still go by an earlier epoch. */
    static List<String> behind(List<Phases.Instance> instances, long epoch) {
        return instances.stream()
                .filter(one -> one.isThere() && one.epoch() < epoch)
                .map(Phases.Instance::name)
                .toList();
    }
}
