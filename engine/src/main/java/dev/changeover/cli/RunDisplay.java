package dev.changeover.cli;

import dev.changeover.mapping.Tally;
import dev.changeover.run.Progress;
import dev.changeover.run.Step;
import dev.changeover.run.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Shows a run while it goes on: bars on a terminal, a line every few seconds elsewhere, JSON for machines; then its
 * summary. Draws on a thread of its own until {@link #end} or {@link #close}.
 */
final class RunDisplay implements AutoCloseable {
    private static final long TERMINAL_MILLIS = 200;
    private static final long JSON_MILLIS = 1_000;
    private static final long PLAIN_MILLIS = 3_000;

    /** Where lines are not drawn again, one in so many while it follows, which may go on for weeks. */
    private static final Duration FOLLOWING = Duration.ofSeconds(10);

    /** What became of values that are not simply in their columns: more lines than this are left to the state's table. */
    private static final int LINES_MOST = 12;

    private final Supplier<Progress> run;
    private final Output output;
    private final boolean json;
    private final RunView view;
    private final LiveLines live;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("display").daemon().unstarted(task));
    private final ReentrantLock drawing = new ReentrantLock();
    private Optional<LogAbove> log = Optional.empty();
    private Step last = Step.SCHEMA;
    private Duration lastWritten = Duration.ZERO;

    private RunDisplay(Supplier<Progress> run, Output output, boolean json) {
        this.run = run;
        this.output = output;
        this.json = json;
        view = new RunView(output);
        live = new LiveLines(output);
    }

    static RunDisplay start(Supplier<Progress> run, Output output, boolean json) {
        RunDisplay display = new RunDisplay(run, output, json);
        if (output.errAmongThem() && !json) {
            display.log = Optional.of(new LogAbove(display::above));
        }
        long millis = json ? JSON_MILLIS : output.terminal() ? TERMINAL_MILLIS : PLAIN_MILLIS;
        Future<?> unused = display.thread.scheduleWithFixedDelay(display::draw, millis, millis, TimeUnit.MILLISECONDS);
        return display;
    }

    private void above(String line) {
        drawing.lock();
        try {
            live.above(line);
        } finally {
            drawing.unlock();
        }
    }

    private void draw() {
        drawing.lock();
        try {
            draw(run.get());
        } finally {
            drawing.unlock();
        }
    }

    void draw(Progress progress) {
        if (output.terminal() && !json) {
            live.draw(view.lines(progress));
        } else if (isDue(progress)) {
            output.out().println(json ? RunJson.of(progress) : view.plain(progress));
            lastWritten = progress.elapsed();
        }
        last = progress.step();
    }

    /** Whether a line is written that stays. */
    private boolean isDue(Progress progress) {
        boolean moves = progress.step() == Step.COPY || json;
        if (progress.step().takesCuts()) {
            moves = progress.elapsed().minus(lastWritten).compareTo(FOLLOWING) >= 0;
        }
        return moves || progress.step() != last;
    }

    /** Writes the summary, and draws no more. */
    void end(Summary summary) throws InterruptedException {
        close();
        if (json) {
            output.out().println(RunJson.of(summary));
        } else {
            live.draw(lines(summary));
            live.last();
        }
    }

    private List<String> lines(Summary summary) {
        List<String> lines = new ArrayList<>();
        long rows = 0;
        long bytes = 0;
        int names = summary.ledgers().stream()
                .mapToInt(l -> l.namespace().toString().length())
                .max()
                .orElse(1);
        for (Summary.Ledger ledger : summary.ledgers()) {
            rows += ledger.counts().rows() + ledger.counts().childRows();
            bytes += ledger.counts().bytes();
            lines.add(ledger(ledger, names));
            lines.addAll(notExact(ledger));
        }
        summary.notBuilt()
                .forEach(failed -> lines.add(output.styled(Output.Style.WARNING, "not built: ") + failed.name() + " on "
                        + failed.table() + ": " + failed.reason()));
        summary.indexRemarks()
                .forEach(remark ->
                        lines.add("index " + remark.index() + " on " + remark.table() + ": " + remark.text()));
        lines.add(output.styled(Output.Style.GOOD, "copied") + ": " + Figures.count(rows) + " rows from "
                + Figures.bytes(bytes) + " of BSON in " + Figures.time(summary.took())
                + "; every document and every value is accounted for");
        return lines;
    }

    private static String ledger(Summary.Ledger ledger, int names) {
        String children = ledger.counts().childRows() == 0
                ? ""
                : " (and " + Figures.count(ledger.counts().childRows()) + " in child tables)";
        return String.format(
                Locale.ROOT,
                "%-" + names + "s  %s documents = %s rows%s; %s values = %s exact + %s converted + %s kept%s",
                ledger.namespace(),
                Figures.count(ledger.counts().documents()),
                Figures.count(ledger.counts().rows()),
                children,
                Figures.count(ledger.counts().values()),
                Figures.count(ledger.values(Tally.Outcome.EXACT)),
                Figures.count(ledger.values(Tally.Outcome.CONVERTED)),
                Figures.count(ledger.values(Tally.Outcome.KEPT)),
                ledger.values(Tally.Outcome.EXCLUDED) == 0
                        ? ""
                        : " + " + Figures.count(ledger.values(Tally.Outcome.EXCLUDED)) + " excluded by the plan");
    }

    private static List<String> notExact(Summary.Ledger ledger) {
        List<String> lines = new ArrayList<>();
        List<Tally.Line> all = ledger.lines().stream()
                .filter(line -> line.outcome() != Tally.Outcome.EXACT)
                .sorted(Comparator.comparingLong(Tally.Line::values).reversed())
                .toList();
        for (Tally.Line line : all.subList(0, Math.min(all.size(), LINES_MOST))) {
            lines.add("    " + line.field() + ": " + Figures.count(line.values()) + " "
                    + line.outcome().name().toLowerCase(Locale.ROOT) + ", " + line.reason() + ", e.g. _id "
                    + line.example());
        }
        if (all.size() > LINES_MOST) {
            lines.add("    and " + (all.size() - LINES_MOST) + " more kinds: SELECT * FROM changeover.tally");
        }
        return lines;
    }

    @Override
    public void close() throws InterruptedException {
        log.ifPresent(LogAbove::close);
        thread.shutdownNow();
        thread.awaitTermination(5, TimeUnit.SECONDS);
    }
}
