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
            Found found = look(tx, step);
            if (found.built()) {
                return;
            }
            found.invalid().forEach(index -> statements.add("DROP INDEX CONCURRENTLY " + index));
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

    /**
     * What the table has of a step: an index that is {@code built} to its end, and quoted names of those that nobody can
     * use, as their builds were interrupted.
     */
    public record Found(boolean built, List<String> invalid) {}

    public static Found look(Tx tx, BuildStep step) {
        List<Index> all = indexes(tx, step);
        return new Found(
                all.stream().anyMatch(Index::valid),
                all.stream().filter(index -> !index.valid()).map(Index::name).toList());
    }

    private record Index(String name, boolean valid) {}

    private static List<Index> indexes(Tx tx, BuildStep step) {
        return switch (step) {
            case BuildStep.Key key -> uniqueOn(tx, key);
            case BuildStep.Index index ->
                tx.rows(
                        "SELECT i.indexrelid::regclass::text, i.indisvalid FROM pg_index i JOIN pg_class x"
                                + " ON x.oid = i.indexrelid WHERE i.indrelid = ?::text::regclass AND x.relname = ?",
                        row -> new Index(row.getString(1), row.getBoolean(2)),
                        SqlText.quoted(index.table()),
                        index.name());
            case BuildStep.Analyze analyze -> List.of();
        };
    }

    private static List<Index> uniqueOn(Tx tx, BuildStep.Key key) {
        return tx.rows(
                """
                SELECT i.indexrelid::regclass::text, i.indisvalid
                FROM pg_index i
                WHERE i.indrelid = ?::text::regclass AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL
                  AND (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY quote_ident(a.attname))
                       FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey))
                    = (SELECT string_agg(quote_ident(c), ',' ORDER BY quote_ident(c)) FROM unnest(?::text[]) c)""",
                row -> new Index(row.getString(1), row.getBoolean(2)),
                SqlText.quoted(key.table()),
                "{" + SqlText.quoted(key.columns()) + "}");
    }
}
