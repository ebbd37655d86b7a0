package dev.changeover.run;

/** What a run is doing, in order. */
public enum Step {
    SCHEMA("creating tables"),
    SPLIT("cutting collections into chunks"),
    COPY("copying"),
    KEYS("building keys"),
    CHECK("counting the rows"),
    DRAIN("applying what changed meanwhile"),
    INDEXES("building indexes"),
    COPIED("copied"),
    RESYNC("comparing all rows, as changes were lost"),
    CATCH_UP("catching up"),
    FOLLOW("following"),
    REVERSE("bringing PostgreSQL's changes to MongoDB"),
    STOPPED("stopped");

    private final String words;

    Step(String words) {
        this.words = words;
    }

    /** While cuts are being taken. */
    public boolean takesCuts() {
        return this == DRAIN || this == CATCH_UP || this == FOLLOW;
    }

    /** For a person. */
    public String words() {
        return words;
    }
}
