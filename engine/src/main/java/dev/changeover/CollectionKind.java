package dev.changeover;

/** What a namespace of the source is. */
public enum CollectionKind {
    COLLECTION,
    CAPPED,
    CLUSTERED,
    VIEW,
    TIME_SERIES,
    /** A bucket of GridFS: files or chunks. */
    GRID_FS,
    SYSTEM;

    /** Whether the plan gives such a namespace a table; if not, it says why. */
    public boolean copied() {
        return switch (this) {
            case COLLECTION, CAPPED, CLUSTERED, GRID_FS -> true;
            case VIEW, TIME_SERIES, SYSTEM -> false;
        };
    }
}
