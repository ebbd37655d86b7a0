package dev.changeover.follow;

/** How much is held at once: changed documents in memory and in one pass, events in one answer of the change stream. */
public record FollowSettings(int keysMost, int eventsMost) {
    /** What a changed document takes while it is held, read and written, but for its rows. */
    private static final long BYTES_A_KEY = 2_500;

    public FollowSettings {
        if (keysMost < 1 || eventsMost < 1) {
            throw new IllegalArgumentException("passes of " + keysMost + " keys, answers of " + eventsMost + " events");
        }
    }

    /** For a heap of that size. */
    public static FollowSettings fitting(long heapBytes) {
        return new FollowSettings((int) Math.clamp(heapBytes / BYTES_A_KEY, 10_000, 500_000), 20_000);
    }
}
