package dev.changeover.cli;

import dev.changeover.verify.Verification;
import java.time.Duration;
import java.util.List;

/** How far a verification is, with the time that is left: redrawn on a terminal, else a line every ten seconds. */
final class VerifyProgress implements Verification.Progress {
    private static final long PIPED_PAUSE = Duration.ofSeconds(10).toNanos();
    private static final long TERMINAL_PAUSE = Duration.ofMillis(200).toNanos();

    private final Output output;
    private final boolean silent;
    private final LiveLines lines;
    private final long begun = System.nanoTime();
    private long all;
    private long done;
    private long shown = begun;

    VerifyProgress(Output output, boolean silent) {
        this.output = output;
        this.silent = silent;
        lines = new LiveLines(output);
    }

    @Override
    public synchronized void begun(long parts) {
        all = parts;
    }

    @Override
    public synchronized void compared(long parts) {
        done += parts;
        show(line(Duration.ofNanos(System.nanoTime() - begun)));
    }

    @Override
    public synchronized void waits(String reason) {
        show("waits: " + reason);
    }

    private void show(String line) {
        long now = System.nanoTime();
        if (silent || now - shown < (output.terminal() ? TERMINAL_PAUSE : PIPED_PAUSE)) {
            return;
        }
        shown = now;
        if (output.terminal()) {
            lines.draw(List.of(line));
        } else {
            output.err().println(line);
        }
    }

    private String line(Duration since) {
        double share = all == 0 ? 1 : Math.min(1, (double) done / all);
        Duration left = Duration.ofMillis(Math.round(since.toMillis() / Math.max(share, 1e-9) * (1 - share)));
        return "compared " + Figures.percent(share) + ", " + Figures.count(done) + " of " + Figures.count(all)
                + " parts in " + Figures.time(since) + (done == 0 ? "" : ", about " + Figures.time(left) + " left");
    }

    synchronized void end() {
        lines.draw(List.of());
    }
}
