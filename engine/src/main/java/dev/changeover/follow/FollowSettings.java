package dev.changeover.follow;

/** How much is taken at once: documents in one pass, events in one answer of the change stream. */
public record FollowSettings(int keysMost, int eventsMost) {
    public static final FollowSettings USUAL = new FollowSettings(50_000, 20_000);

    public FollowSettings {
        if (keysMost < 1 || eventsMost < 1) {
            throw new IllegalArgumentException("passes of " + keysMost + " keys, answers of " + eventsMost + " events");
        }
    }
}
