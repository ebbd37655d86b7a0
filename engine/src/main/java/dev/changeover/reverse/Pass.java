package dev.changeover.reverse;

/**
 * What a pass has done: queue entries worked off, documents looked at, those of them written (or deleted), those whose
 * changes MongoDB does not take. {@code more} when the queue may hold others.
 */
public record Pass(long entries, long documents, long written, long held, boolean more) {
    static final Pass NOTHING = new Pass(0, 0, 0, 0, false);

    Pass plus(Pass other) {
        return new Pass(
                entries + other.entries,
                documents + other.documents,
                written + other.written,
                held + other.held,
                other.more);
    }
}
