package dev.changeover.reverse;

/** How many changed documents one MongoDB transaction takes at most. */
public record ReverseSettings(int documentsMost) {
    public static final ReverseSettings USUAL = new ReverseSettings(1_000);

    public ReverseSettings {
        if (documentsMost < 1) {
            throw new IllegalArgumentException("transactions of " + documentsMost + " documents");
        }
    }
}
