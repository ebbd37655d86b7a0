package dev.changeover.postgres;

import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds keys and indexes on tables that others use, without keeping them out. Such a build is in no transaction, so one
 * that was interrupted leaves an index that nobody can use; it is looked for first, and goes. Thread-safe.
 */
public final class ConcurrentBuild {
    private final Pg pg;
    private final int threads;

    /** One of {@code threads} that build at once. */
    public ConcurrentBuild(Pg pg, int threads) {
        this.pg = pg;
        this.threads = threads;
    }

    /** Does nothing where the step is built already. */
    public void build(BuildStep step) {
        String during = "build " + step.name() + " of " + step.table();
        List<String> statements = new ArrayList<>();
        try (Tx tx = pg.begin(during)) {
            if (isThere(tx, step)) {
                return;
            }
            invalid(tx, step).forEach(index -> statements.add("DROP INDEX CONCURRENTLY " + index));
            tx.commit();
        }
        statements.add(Ddl.buildSettings(step, threads, false));
        switch (step) {
            case BuildStep.Key key -> statements.add(key.concurrently());
            case BuildStep.Index index -> {
                statements.addAll(index.before());
                statements.add(index.concurrently());
            }
            case BuildStep.Analyze analyze -> statements.add(analyze.sql());
        }
        pg.outsideTransaction(during, statements);
    }

    private record Found(String index, boolean valid) {}

    /** True when the table has the index, built to its end. */
    public static boolean isThere(Tx tx, BuildStep step) {
        return found(tx, step).stream().anyMatch(Found::valid);
    }

    /** What a build that was interrupted has left: quoted names of indexes that nobody can use. */
    public static List<String> invalid(Tx tx, BuildStep step) {
        return found(tx, step).stream()
                .filter(index -> !index.valid())
                .map(Found::index)
                .toList();
    }

    private static List<Found> found(Tx tx, BuildStep step) {
        return switch (step) {
            case BuildStep.Key key -> uniqueOn(tx, key);
            case BuildStep.Index index ->
                tx.rows(
                        "SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_index i JOIN pg_class x"
                                + " ON x.oid = i.indexrelid WHERE i.indrelid = ?::text::regclass AND x.relname = ?",
                        row -> new Found(row.getString(1), row.getBoolean(2)),
                        SqlText.quoted(index.table()),
                        index.name());
            case BuildStep.Analyze analyze -> List.of();
        };
    }

    private static List<Found> uniqueOn(Tx tx, BuildStep.Key key) {
        return tx.rows(
                """
                SELECT i.indexrelid::regclass::text, i.indisvalid
                FROM pg_index i
                WHERE i.indrelid = ?::text::regclass AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY quote_ident(a.attname))
                       FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                    = (SELECT string_agg(quote_ident(c), ',' ORDER BY quote_ident(c)) FROM unnest(?::text[]) c)""",
                row -> new Found(row.getString(1), row.getBoolean(2)),
                SqlText.quoted(key.table()),
                "{" + SqlText.quoted(key.columns()) + "}");
    }
}
