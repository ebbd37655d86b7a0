package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.state.Drift;
import dev.changeover.state.State;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover status}: how far a migration is, from any machine that reaches PostgreSQL. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows how far a run is. Reads only PostgreSQL, changes nothing.",
        footer = {
            "",
            "Examples:",
            "  changeover status --watch",
            "  changeover status --json | jq '.collections[] | {namespace, rows}'",
            "",
            "Exit codes: 0 shown, 3 PostgreSQL cannot be reached, 4 no run has begun there."
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int DRIFT_SHOWN = 5;

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Option(names = "--json", description = "One JSON object for machines.")
    private boolean json;

    @Option(names = "--watch", description = "Again each second, until Ctrl-C or until the run has ended.")
    private boolean watch;

    StatusCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            LiveLines live = new LiveLines(output);
            while (true) {
                Status status = read(pg);
                boolean last = !watch || !status.alive();
                if (json) {
                    output.out().println(RunJson.status(status));
                } else if (last) {
                    live.draw(lines(status));
                    live.last();
                } else {
                    live.draw(lines(status));
                }
                if (last) {
                    return ExitCode.DONE.value;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    private static Status read(Pg pg) throws InterruptedException {
        Optional<State> state = State.find(pg);
        Optional<Status> status = state.isPresent() ? Status.read(state.get()) : Optional.empty();
        return status.orElseThrow(() -> new FailedException(new Failure.Refused(
                "look for a run in " + pg.shown(), "none has begun there", "Begin one with: changeover run")));
    }

    private List<String> lines(Status status) {
        List<String> lines = new ArrayList<>();
        lines.add(output.styled(Output.Style.STRONG, headline(status)));
        if (status.following().isPresent()) {
            if (!status.alive()) {
                lines.add("as it last said:");
            }
            lines.addAll(new FollowView(output).lines(status.following().get()));
        }
        int names = status.collections().stream()
                .mapToInt(c -> c.namespace().toString().length())
                .max()
                .orElse(1);
        for (Watch.CollectionState collection : status.collections()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %-" + names + "s  %s rows of about %s, %s, %d of %d chunks",
                    collection.namespace(),
                    Figures.count(collection.counts().rows()),
                    Figures.count(collection.documentsExpected()),
                    Figures.bytes(collection.counts().bytes()),
                    collection.chunksDone(),
                    collection.chunks()));
        }
        for (Watch.Building building : status.building()) {
            lines.add("  building " + (building.index().isEmpty() ? building.table() : building.index()) + ": "
                    + building.phase() + ", " + Figures.percent(building.share()));
        }
        status.notBuilt()
                .forEach(failed -> lines.add(output.styled(Output.Style.WARNING, "  not built: ") + failed.name()
                        + " on " + failed.table() + ": " + failed.reason()));
        lines.addAll(fields(status));
        status.takenBack()
                .forEach(one -> lines.add(output.styled(Output.Style.WARNING, "  taken back: ")
                        + one.promise().constraint() + " on " + one.promise().table() + " at " + one.at() + ": "
                        + one.reason()));
        return lines;
    }

    /** Those that the plan does not know, and those that get columns. */
    private List<String> fields(Status status) {
        List<String> lines = new ArrayList<>();
        status.drift().stream()
                .collect(Collectors.groupingBy(Drift.Field::namespace, LinkedHashMap::new, Collectors.toList()))
                .forEach((namespace, fields) -> lines.add(
                        output.styled(Output.Style.WARNING, "  not in the plan: ") + namespace + ": " + drift(fields)));
        if (status.newPlanWaits()) {
            lines.add("  a changed plan waits to be taken over by the run that follows");
        }
        status.backfills().forEach(open -> lines.add("  " + FollowView.filling(open)));
        return lines;
    }

    /** The most frequent ones; their values are in mongo_extra. */
    private static String drift(List<Drift.Field> fields) {
        String shown = fields.stream()
                .limit(DRIFT_SHOWN)
                .map(field -> field.field() + " (" + field.type() + ", " + Figures.count(field.values()) + " values)")
                .collect(Collectors.joining(", "));
        String more = fields.size() > DRIFT_SHOWN ? " and " + (fields.size() - DRIFT_SHOWN) + " more" : "";
        return shown + more + "; kept in mongo_extra, changeover plan proposes columns";
    }

    private static String headline(Status status) {
        boolean copied = status.row().copied().isPresent();
        String begun = status.row().source()
                + (copied ? ": copied at " : ": begun at ")
                + status.row().copied().orElse(status.row().started());
        if (status.beat().isEmpty()) {
            return begun;
        }
        Watch.Beat beat = status.beat().get();
        if (!status.alive() && copied && beat.step().equals("copied")) {
            return begun + "; nobody follows, what has changed since the last cut is not here";
        }
        if (!status.alive()) {
            return begun + ", nobody is at it (" + beat.who() + " was, " + beat.secondsAgo()
                    + " s ago); run the same command to go on";
        }
        String rate = beat.documentsPerSecond() < 0.5
                ? ""
                : ", " + Figures.count(beat.documentsPerSecond()) + " rows/s, " + Figures.bytes(beat.bytesPerSecond())
                        + "/s";
        return begun + ", " + beat.who() + " is at it: " + beat.step() + rate + limits(status.limits());
    }

    private static String limits(Watch.Limits limits) {
        return limits.equals(Watch.Limits.NONE) ? "" : ", limited" + RunView.limits(limits);
    }
}
