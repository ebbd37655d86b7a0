package dev.changeover.run;

/** What a run is doing, in order. */
public enum Step {
    SCHEMA("creating tables"),
    SPLIT("cutting collections into chunks"),
    COPY("copying"),
    KEYS("building keys"),
    INDEXES("building indexes"),
    CHECK("counting the rows"),
    COPIED("copied"),
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
