package dev.changeover.state;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What Changeover remembers, in schema changeover of the target. The package's door. Thread-safe. */
public final class State {
    private static final int VERSION = 1;

    /** Two runs that create the schema at once meet at this advisory lock: "chngschm" in ASCII. */
    private static final long SCHEMA_LOCK = 0x63686e67_7363686dL;

    private final Pg pg;

    private State(Pg pg) {
        this.pg = pg;
    }

    /** Creates the schema where it is missing. */
    public static State open(Pg pg) throws InterruptedException {
        pg.change("create the schema changeover", tx -> {
            tx.rows("SELECT pg_advisory_xact_lock(?)", row -> true, SCHEMA_LOCK);
            if (version(tx).isEmpty()) {
                tx.execute(schemaSql());
            }
        });
        return new State(pg);
    }

    /** Only looks; empty where nothing has been begun. */
    public static Optional<State> find(Pg pg) throws InterruptedException {
        boolean there = pg.<Boolean>transaction(
                "look for the schema changeover", tx -> version(tx).isPresent());
        return there ? Optional.of(new State(pg)) : Optional.empty();
    }

    private static Optional<Integer> version(Tx tx) {
        boolean there = tx.row("SELECT to_regclass('changeover.version') IS NOT NULL", row -> row.getBoolean(1))
                .orElseThrow();
        if (!there) {
            return Optional.empty();
        }
        int version = tx.row("SELECT max(version) FROM changeover.version", row -> row.getInt(1))
                .orElseThrow();
        if (version > VERSION) {
            throw new FailedException(new Failure.Refused(
                    tx.during(),
                    "it was written by a newer Changeover (form " + version + ", this one knows " + VERSION + ")",
                    "Use the newer Changeover."));
        }
        return Optional.of(version);
    }

    private static String schemaSql() {
        try (InputStream in = Objects.requireNonNull(State.class.getResourceAsStream("schema.sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Becomes the one process that works on this target; refused while there is another. */
    public Owner own(String who) throws InterruptedException {
        return Owner.take(pg, who);
    }

    /**
     * Runs {@code before}, then drops the schema and what Changeover made in it. What others made there, or made to depend on
     * it, is in the way: then all stays.
     */
    public void drop(Owner owner, List<String> before) throws InterruptedException {
        pg.change("drop the schema changeover", tx -> {
            owner.check(tx);
            tx.waitBrieflyForLocks();
            before.forEach(tx::execute);
            List<String> tables = tx.texts("SELECT c.oid::regclass::text FROM pg_class c"
                    + " WHERE c.relnamespace = 'changeover'::regnamespace AND c.relkind = 'r'");
            List<String> functions = tx.texts(
                    "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'changeover'::regnamespace");
            tx.execute("DROP TABLE " + String.join(", ", tables)); // and their triggers, which need the functions
            tx.execute("DROP FUNCTION " + String.join(", ", functions));
            tx.execute("DROP SCHEMA changeover");
        });
    }

    public Runs runs() {
        return new Runs(pg);
    }

    public Tables tables() {
        return new Tables(pg);
    }

    public Spool spool() {
        return new Spool(pg);
    }

    public Follower follower() {
        return new Follower(pg);
    }

    public Chunks chunks() {
        return new Chunks(pg);
    }

    public Builds builds() {
        return new Builds(pg);
    }

    public NextPlan nextPlan() {
        return new NextPlan(pg);
    }

    public Backfills backfills() {
        return new Backfills(pg);
    }

    public Promises promises() {
        return new Promises(pg);
    }

    public Verifications verifications() {
        return new Verifications(pg);
    }

    public Suspects suspects() {
        return new Suspects(pg);
    }

    public Resyncs resyncs() {
        return new Resyncs(pg);
    }

    public Repairs repairs() {
        return new Repairs(pg);
    }

    /** Of columns of the tables. */
    public Sequences sequences() {
        return new Sequences(pg);
    }

    public Phases phases() {
        return new Phases(pg);
    }

    public Leases leases() {
        return new Leases(pg);
    }

    public Cutovers cutovers() {
        return new Cutovers(pg);
    }

    public ReverseQueue reverse() {
        return new ReverseQueue(pg);
    }

    public Drift drift() {
        return new Drift(pg);
    }

    public Watch watch() {
        return new Watch(pg);
    }
}
