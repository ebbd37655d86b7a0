package dev.changeover.router;

import java.time.Duration;

/**
 * What is tried on PostgreSQL in phase both. {@code shadows}: the share of reads that are made there too, and compared;
 * {@code rehearsals}: the share of writes that are made there too, before their time, and rolled back; {@code threads} and
 * {@code queue}: what they may take, each thread also one connection; {@code hold}: how long a write waits for its
 * rehearsal, so that PostgreSQL does not have it already; {@code patience}: after it PostgreSQL ends a statement of one.
 */
public record TrialSettings(
        double shadows, double rehearsals, int threads, int queue, Duration hold, Duration patience) {
    public static final TrialSettings NONE =
            new TrialSettings(0, 0, 2, 100, Duration.ofMillis(50), Duration.ofSeconds(1));

    private static final int THREADS_MOST = 64;

    public TrialSettings {
        requireShare("shadows", shadows);
        requireShare("rehearsals", rehearsals);
        if (threads < 1 || threads > THREADS_MOST) {
            throw new IllegalArgumentException("threads is " + threads + "; give 1 to " + THREADS_MOST);
        }
        if (queue < 1) {
            throw new IllegalArgumentException("queue is " + queue + "; give 1 or more");
        }
        if (hold.isNegative() || patience.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "hold is " + hold + " and patience " + patience + "; give times, patience from 1 ms");
        }
    }

    private static void requireShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(name + " is " + share + "; give a share from 0 to 1");
        }
    }

    public TrialSettings withShadows(double share) {
        return new TrialSettings(share, rehearsals, threads, queue, hold, patience);
    }

    public TrialSettings withRehearsals(double share) {
        return new TrialSettings(shadows, share, threads, queue, hold, patience);
    }

    public TrialSettings withThreads(int most, int waiting) {
        return new TrialSettings(shadows, rehearsals, most, waiting, hold, patience);
    }

    public TrialSettings withHold(Duration time) {
        return new TrialSettings(shadows, rehearsals, threads, queue, time, patience);
    }
}
