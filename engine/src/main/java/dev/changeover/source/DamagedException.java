package dev.changeover.source;

import dev.changeover.FailedException;
import dev.changeover.IdBound;

/** A file cannot be read on from {@link #at}; all that is before was handed out. */
public final class DamagedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient IdBound at;
    private final FailedException failed;

    public DamagedException(IdBound at, FailedException failed) {
        super(failed);
        this.at = at;
        this.failed = failed;
    }

    /** The edge of a chunk that begins with what cannot be read. */
    public IdBound at() {
        return at;
    }

    /** What a person is to be told. */
    public FailedException failed() {
        return failed;
    }
}
