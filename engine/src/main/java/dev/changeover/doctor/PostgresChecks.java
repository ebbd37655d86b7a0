package dev.changeover.doctor;

import dev.changeover.doctor.Check.Area;
import dev.changeover.postgres.PgFacts;
import dev.changeover.postgres.PostgresFacts;
import java.util.ArrayList;
import java.util.List;

/** The target by itself. */
final class PostgresChecks {
    private static final Area AREA = Area.POSTGRESQL;
    private static final int OLDEST = 14;
    private static final int NEWEST = 18;
    private static final int CONNECTIONS = 10;

    private final PgFacts server;
    private final PostgresFacts around;

    PostgresChecks(Doctor.Target target) {
        server = target.server();
        around = target.around();
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok(AREA, "reachable", "PostgreSQL " + server.shown() + " at " + around.shown()));
        checks.add(version());
        checks.add(writable());
        checks.add(encoding());
        checks.add(rights());
        checks.add(pooler());
        checks.add(connections());
        checks.add(standbys());
        checks.add(tables());
        return checks;
    }

    private Check version() {
        if (server.major() < OLDEST) {
            return Check.fail(
                    AREA, "version", server.shown() + " is older than 14", "Upgrade PostgreSQL to 14 or newer.");
        }
        return server.major() > NEWEST
                ? Check.warn(
                        AREA,
                        "version",
                        server.shown() + " is newer than 18, the newest known to work",
                        "Try a small database first.")
                : Check.ok(AREA, "version", server.shown() + " is within 14 to 18");
    }

    private Check writable() {
        return server.readOnly()
                ? Check.fail(
                        AREA,
                        "writable",
                        "this server is a standby or read-only",
                        "Give the primary in PG_URI, or add target_session_attrs=primary.")
                : Check.ok(AREA, "writable", "a primary that takes writes");
    }

    private Check encoding() {
        return server.encoding().equals("UTF8")
                ? Check.ok(AREA, "encoding", "UTF8")
                : Check.fail(
                        AREA,
                        "encoding",
                        server.encoding() + " cannot hold every text of MongoDB",
                        "CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0; and give that one.");
    }

    private Check rights() {
        return server.mayCreate()
                ? Check.ok(AREA, "rights", around.role() + " may create schemas")
                : Check.fail(
                        AREA,
                        "rights",
                        around.role() + " may not create schemas in " + server.database(),
                        "GRANT CREATE ON DATABASE \"" + server.database() + "\" TO \"" + around.role() + "\";");
    }

    private Check pooler() {
        String name = "pooler";
        return switch (server.pooling()) {
            case BY_TRANSACTION ->
                Check.fail(
                        AREA,
                        name,
                        "a pooler in transaction mode is in front of PostgreSQL: session settings and locks do not hold",
                        Pooler.direct(around.shown()));
            case BY_SESSION ->
                Check.warn(
                        AREA,
                        name,
                        "a pooler in session mode is in front of PostgreSQL: it works, but limits connections",
                        Pooler.direct(around.shown()));
            case NONE ->
                Pooler.isNamed(around.shown())
                        ? Check.warn(
                                AREA,
                                name,
                                "the host's name is that of a pooler, though none was noticed",
                                Pooler.direct(around.shown()))
                        : Check.ok(AREA, name, "none in between");
        };
    }

    private Check connections() {
        return server.connectionsFree() < CONNECTIONS
                ? Check.warn(
                        AREA,
                        "connections",
                        "only " + server.connectionsFree() + " are free",
                        "Raise max_connections, close idle clients, or use fewer workers.")
                : Check.ok(AREA, "connections", server.connectionsFree() + " are free");
    }

    private Check standbys() {
        boolean waits = !around.synchronousStandbys().isEmpty()
                && !List.of("off", "local").contains(around.synchronousCommit());
        return waits
                ? Check.warn(
                        AREA,
                        "standbys",
                        "each commit waits for " + around.synchronousStandbys(),
                        "The copy is as fast as the standby; let it wait only after the copy if that is too slow.")
                : Check.ok(
                        AREA,
                        "speed",
                        "max_wal_size " + Quantity.bytes(around.walBytes()) + ", maintenance_work_mem "
                                + Quantity.bytes(around.workMemoryBytes()));
    }

    private Check tables() {
        String own = around.ownSchema() ? "a migration was begun here already; " : "";
        return Check.ok(
                AREA,
                "tables",
                own
                        + (around.userTables() == 0
                                ? "the database is empty"
                                : Quantity.count(around.userTables(), "table", "tables")
                                        + " there; those of the same name as a planned one will be refused, none is touched"));
    }
}
