package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.ResumeToken;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Optional;

/** The migration's own row. Thread-safe. */
public final class Runs {
    private final Pg pg;

    Runs(Pg pg) {
        this.pg = pg;
    }

    /** Where the following of changes begins: noted before anything was read. */
    public record Start(ClusterTime t0, ResumeToken firstToken) {}

    /** {@code plan} is changeover.yaml that rows are written by. */
    public record Row(
            String source,
            String plan,
            String sha256,
            Instant started,
            Optional<Start> start,
            boolean counted,
            Optional<Instant> copied) {}

    /** What was begun here before, if anything. */
    public Optional<Row> find() throws InterruptedException {
        return pg.transaction("look for an earlier run", Runs::read);
    }

    /** Stores the plan, unless a run has begun already; returns what is stored. */
    public Row begin(Owner owner, String source, String plan) throws InterruptedException {
        return pg.transaction("begin the run", tx -> {
            owner.check(tx);
            tx.update(
                    "INSERT INTO changeover.run (source, plan, plan_sha256) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    source,
                    plan,
                    sha256(plan));
            return read(tx).orElseThrow();
        });
    }

    /** Stores the plan's text anew: it means the same, or differs in what is not yet made. */
    public void replan(Owner owner, String plan) throws InterruptedException {
        pg.change("store the plan", tx -> {
            owner.check(tx);
            tx.update(
                    "UPDATE changeover.run SET plan = ?, plan_sha256 = ? WHERE plan_sha256 <> ?",
                    plan,
                    sha256(plan),
                    sha256(plan));
        });
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Stores T0, unless it is there already: the first one noted is the one that all reads come after. */
    public Start noted(Owner owner, Start start) throws InterruptedException {
        return pg.transaction("store T0", tx -> {
            owner.check(tx);
            tx.update(
                    "UPDATE changeover.run SET t0 = ?, first_token = ? WHERE t0 IS NULL",
                    start.t0().bits(),
                    start.firstToken().json());
            return read(tx).orElseThrow().start().orElseThrow();
        });
    }

    /** All chunks and keys are there, and the tables hold what the ledger says. */
    public void counted(Owner owner) throws InterruptedException {
        pg.change("note that the copy was counted", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.run SET counted = now() WHERE counted IS NULL");
        });
    }

    public void copied(Owner owner) throws InterruptedException {
        pg.change("end the copy", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.run SET copied = now() WHERE copied IS NULL");
        });
    }

    private static Optional<Row> read(Tx tx) {
        return tx.row(
                "SELECT source, plan, plan_sha256, started, t0, first_token, copied, counted IS NOT NULL"
                        + " FROM changeover.run",
                row -> new Row(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        row.getObject(5) == null
                                ? Optional.empty()
                                : Optional.of(new Start(
                                        ClusterTime.ofBits(row.getLong(5)), new ResumeToken(row.getString(6)))),
                        row.getBoolean(8),
                        Optional.ofNullable(row.getObject(7, OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)));
    }
}
