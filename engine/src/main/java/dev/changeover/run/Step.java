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
    CATCH_UP("catching up"),
    FOLLOW("following"),
    STOPPED("stopped");

    private final String words;

    Step(String words) {
        this.words = words;
    }

    /** For a person. */
    public String words() {
        return words;
    }
}
