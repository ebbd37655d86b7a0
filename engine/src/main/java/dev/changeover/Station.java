package dev.changeover;

/** A named place where a test may hold a thread still or kill the process; in production nobody listens. */
public enum Station {
    T0_NOTED,
    TABLES_CREATED,
    CHUNK_READ,
    CHUNK_WRITTEN,
    CHUNK_COMMITTED,
    KEYS_BUILT,
    CUT_BEGUN,
    CUT_WRITTEN,
    CUT_COMMITTED,
    PLAN_WRITTEN,
    PLAN_COMMITTED,
    BACKFILL_SPOOLED,
    BACKFILL_APPLIED,
    REPAIR_SPOOLED,
    VERIFY_SNAPSHOT,
    VERIFY_READ,
    FINISH_WRITTEN,
    FINISH_COMMITTED,
    PHASE_BEGUN,
    PHASE_UNDONE,
    REVERSE_READ,
    REVERSE_WRITTEN,
    REVERSE_COMMITTED,
    CUTOVER_PREPARING,
    CUTOVER_FENCING,
    CUTOVER_FENCED,
    CUTOVER_DRAINING,
    CUTOVER_DRAINED,
    CUTOVER_MOVED,
    BACK_PREPARING,
    BACK_FENCING,
    BACK_FENCED,
    BACK_DRAINED,
    BACK_MOVED;

    /** Told by the engine, in order, on the thread that got there. */
    public interface Listener {
        Listener NONE = station -> {};

        void reached(Station station);
    }
}
