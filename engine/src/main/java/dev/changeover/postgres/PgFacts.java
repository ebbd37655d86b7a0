package dev.changeover.postgres;

/**
 * What the target is and allows, found by asking. {@code version} is server_version_num: 180001 for 18.1.
 * {@code mayCreate}: the role may create schemas. {@code connectionsFree}: how many more this server would take.
 */
public record PgFacts(
        int version,
        String shown,
        String encoding,
        boolean mayCreate,
        boolean readOnly,
        Pooling pooling,
        int connectionsFree,
        String collation,
        String database,
        long databaseBytes) {
    /** 14, 18 ... */
    public int major() {
        return version / 10_000;
    }

    /** What stands between us and the server. */
    public enum Pooling {
        NONE,
        BY_SESSION,
        /** Each transaction may get another server connection: session settings and session locks do not hold. */
        BY_TRANSACTION
    }
}
