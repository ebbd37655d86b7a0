package dev.changeover.run;

/** Where a run ends by itself. */
public enum Until {
    /** All rows copied, what changed meanwhile applied in a first cut, all indexes built. */
    COPIED,
    /** A cut at or after the time the command was given. */
    CAUGHT_UP,
    /** Nowhere: it follows until it is told to stop. */
    STOPPED
}
