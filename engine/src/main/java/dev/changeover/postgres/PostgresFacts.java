package dev.changeover.postgres;

import java.util.List;

/**
 * What surrounds the target, beside {@link PgFacts}: {@code shown} is host, port and database; {@code userTables} counts
 * the tables that are neither the server's nor in schema changeover; {@code extensions} can be created here.
 * {@code workMemoryBytes} is maintenance_work_mem, {@code walBytes} max_wal_size.
 */
public record PostgresFacts(
        String shown,
        String role,
        boolean superuser,
        boolean ownSchema,
        long userTables,
        String synchronousCommit,
        String synchronousStandbys,
        long workMemoryBytes,
        long walBytes,
        List<String> extensions) {
    public PostgresFacts {
        extensions = List.copyOf(extensions);
    }

    /** Asks once; nothing is changed. */
    public static PostgresFacts of(Pg pg) {
        try (Tx tx = pg.begin("ask PostgreSQL what surrounds it")) {
            List<String> extensions =
                    tx.rows("SELECT name::text FROM pg_available_extensions ORDER BY name", row -> row.getString(1));
            return tx.row(
                            """
                            SELECT current_user::text, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
                                   to_regnamespace('changeover') IS NOT NULL,
                                   (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                     WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'
                                       AND n.nspname NOT IN ('information_schema', 'changeover')),
                                   current_setting('synchronous_commit'), current_setting('synchronous_standby_names'),
                                   pg_size_bytes(current_setting('maintenance_work_mem')),
                                   pg_size_bytes(current_setting('max_wal_size'))""",
                            row -> new PostgresFacts(
                                    pg.shown(),
                                    row.getString(1),
                                    row.getBoolean(2),
                                    row.getBoolean(3),
                                    row.getLong(4),
                                    row.getString(5),
                                    row.getString(6),
                                    row.getLong(7),
                                    row.getLong(8),
                                    extensions))
                    .orElseThrow();
        }
    }
}
