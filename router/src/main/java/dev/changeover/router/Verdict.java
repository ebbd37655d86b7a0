package dev.changeover.router;

/** What a failure of a call says about the call. */
enum Verdict {
    /** The application's own: the router has no part in it. */
    THEIRS,
    /** The database is fenced, or not in charge: this was not done. */
    FENCED,
    /** The transaction was aborted, as a fence does, and other things too: none of it was done. */
    ABORTED,
    /** It was sent, and no answer came. */
    UNKNOWN
}
