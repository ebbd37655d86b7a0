package dev.changeover.chaos;

/** What happens while the database in charge changes. */
enum Trouble {
    /** SIGKILL at a moment of chance; it is started again, and the change asked for again. */
    RUN_KILLED,
    /** SIGSTOP before the change, SIGCONT when it has been made and the lease is long over. */
    INSTANCE_PAUSED,
    /** SIGKILL; another takes its place. */
    INSTANCE_KILLED,
    /** Between it and PostgreSQL nothing passes, and nobody is told. */
    INSTANCE_SILENCED,
    /** Its connections to PostgreSQL end, and for a while it gets no new ones. */
    INSTANCE_CUT,
    /** Two at once. */
    RUN_KILLED_AND_INSTANCE_PAUSED
}
