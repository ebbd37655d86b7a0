package dev.changeover.copy;

import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Ends;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds an index on a table that others may use, without keeping them out. It cannot be in one transaction with its
 * note, so what an interrupted build has left is looked for first.
 */
final class ConcurrentBuild {
    private final Ends ends;
    private final int threads;

    ConcurrentBuild(Ends ends, int threads) {
        this.ends = ends;
        this.threads = threads;
    }

    void build(BuildStep step, List<String> before, String sql) {
        String during = "build " + step.name() + " of " + step.table();
        List<String> statements = new ArrayList<>();
        try (Tx tx = ends.target().begin(during)) {
            if (ends.state().builds().isThere(tx, step)) {
                ends.state().builds().done(tx, ends.owner(), step);
                tx.commit();
                return;
            }
            ends.state()
                    .builds()
                    .invalid(tx, step)
                    .forEach(index -> statements.add("DROP INDEX CONCURRENTLY " + index));
            tx.commit();
        }
        statements.add(Ddl.buildSettings(step, threads, false));
        statements.addAll(before);
        statements.add(sql);
        ends.target().outsideTransaction(during, statements);
        try (Tx tx = ends.target().begin(during)) {
            ends.state().builds().done(tx, ends.owner(), step);
            tx.commit();
        }
    }
}
