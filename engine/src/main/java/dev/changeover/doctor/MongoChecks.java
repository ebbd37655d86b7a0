package dev.changeover.doctor;

import dev.changeover.CollectionKind;
import dev.changeover.doctor.Check.Area;
import dev.changeover.mongo.ServerFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The source by itself. */
final class MongoChecks {
    private static final Area AREA = Area.MONGODB;
    private static final int OLDEST_MAJOR = 4;
    private static final int OLDEST_MINOR = 4;
    private static final int NEWEST_MAJOR = 8;
    private static final Duration SHORT_WINDOW = Duration.ofHours(24);
    static final Duration TOO_YOUNG = Duration.ofMinutes(30);

    private final Doctor.Source source;
    private final ServerFacts server;

    MongoChecks(Doctor.Source source) {
        this.source = source;
        server = source.server();
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(Check.ok(AREA, "reachable", "MongoDB " + server.version() + ", " + kind()));
        checks.add(version());
        checks.add(replicaSet());
        if (server.replicaSet()) {
            checks.add(uri());
            checks.add(rights());
            checks.add(note());
            checks.add(changeStream());
            checks.add(snapshotReads());
            checks.add(oplog());
            checks.add(fence());
        }
        if (sharedTier()) {
            checks.add(tier());
        }
        checks.add(collections());
        return checks;
    }

    private String kind() {
        ServerFacts.Members members = server.members();
        if (server.sharded()) {
            return "a sharded cluster";
        }
        return server.replicaSet()
                ? "replica set " + server.setName() + " of "
                        + Quantity.count(members.dataBearing(), "member", "members")
                        + (members.arbiters() == 0 ? "" : " and " + members.arbiters() + " arbiter")
                : "standalone";
    }

    private Check version() {
        String name = "version";
        boolean tooOld =
                server.major() < OLDEST_MAJOR || (server.major() == OLDEST_MAJOR && server.minor() < OLDEST_MINOR);
        if (tooOld) {
            return Check.fail(
                    AREA,
                    name,
                    server.version() + " is older than 4.4",
                    "Upgrade MongoDB to 4.4 or newer (one major version at a time), or restore a dump into a newer one.");
        }
        if (server.major() > NEWEST_MAJOR) {
            return Check.warn(
                    AREA,
                    name,
                    server.version() + " is newer than 8.x, the newest known to work",
                    "Try a small database first, and look at the ledger and at verify.");
        }
        return Check.ok(AREA, name, server.version() + " is within 4.4 to 8.x");
    }

    private Check replicaSet() {
        String name = "replica set";
        if (!server.replicaSet()) {
            return Check.fail(
                    AREA,
                    name,
                    "standalone: no oplog, no change streams, no majority reads",
                    "Make it a replica set of one member (a restart, no copy of data): start mongod with --replSet rs0,"
                            + " then run rs.initiate() in mongosh.");
        }
        if (server.sharded()) {
            return Check.warn(
                    AREA,
                    name,
                    "sharded: _id is unique for each shard only, and a transaction across shards is exact key by key",
                    "Make sure that no _id is on two shards: a second document of the same _id stops the copy.");
        }
        if (server.members().arbiters() > 0 && server.members().dataBearing() < 3) {
            return Check.warn(
                    AREA,
                    name,
                    "with an arbiter, majority reads stand still when one data-bearing member is down",
                    "Keep both data-bearing members up during the migration.");
        }
        return Check.ok(AREA, name, "majority reads hold what a failover keeps");
    }

    private Check uri() {
        if (server.members().followed() || server.sharded()) {
            return Check.ok(AREA, "failover", "the URI lets the driver follow the primary");
        }
        return Check.warn(
                AREA,
                "failover",
                "the URI names one host, so a new primary will not be found, and no secondary is read from",
                "Add replicaSet=" + server.setName() + " to the MongoDB URI.");
    }

    private Check rights() {
        ServerFacts.Rights rights = server.rights();
        return Check.ok(
                AREA,
                "reading",
                rights.checked()
                        ? rights.user() + " (" + String.join(", ", rights.roles()) + ") can read "
                                + Quantity.count(source.collections().size(), "collection", "collections")
                        : "no users are defined, everything is allowed");
    }

    private Check note() {
        String name = "noting T0";
        ServerFacts.Answer answer = server.abilities().note();
        if (answer.works()) {
            return Check.ok(AREA, name, "no-ops can be written to the oplog");
        }
        String grant = "Grant role backup on admin (its action appendOplogNote), or readWrite on the database.";
        return server.rights().mayHeartbeat()
                ? Check.warn(
                        AREA,
                        name,
                        "no no-ops allowed (" + answer.reason() + "); a document in changeover.heartbeat is used",
                        "Nothing, if that one document may be written; else grant role backup on admin.")
                : Check.fail(AREA, name, answer.reason(), grant);
    }

    private Check changeStream() {
        ServerFacts.Answer answer = server.abilities().changeStream();
        return answer.works()
                ? Check.ok(AREA, "change stream", "opens")
                : Check.fail(
                        AREA,
                        "change stream",
                        answer.reason(),
                        answer.atlasRefused()
                                ? "Move to a dedicated tier (M10 or above), or copy a restored dump while writes rest."
                                : "Grant role readAnyDatabase, or read on the database that the URI names.");
    }

    private Check snapshotReads() {
        ServerFacts.Answer answer = server.abilities().snapshot();
        return answer.works()
                ? Check.ok(AREA, "snapshot reads", "a read can be made at one exact time")
                : Check.warn(
                        AREA,
                        "snapshot reads",
                        "not available (" + answer.reason()
                                + "): the target will be exact in the end, not at each step",
                        "MongoDB 5.0 or newer has them.");
    }

    private Check oplog() {
        String name = "oplog window";
        if (server.oplog().isEmpty()) {
            return Check.unknown(
                    AREA,
                    name,
                    server.abilities().oplogRead().reason(),
                    server.abilities().oplogRead().atlasRefused()
                            ? "See \"tier\"."
                            : "Grant role clusterMonitor on admin (or read on database local) to see it.");
        }
        ServerFacts.Oplog oplog = server.oplog().get();
        String size = oplog.maxBytes() == 0 ? "" : " in " + Quantity.bytes(oplog.maxBytes());
        if (oplog.held().compareTo(TOO_YOUNG) < 0 && oplog.bytes() < oplog.maxBytes()) {
            return Check.ok(
                    AREA, name, "too young to tell" + size + "; it has filled for " + Quantity.time(oplog.held()));
        }
        String finding = "about " + Quantity.time(oplog.window()) + size;
        return oplog.window().compareTo(SHORT_WINDOW) < 0
                ? Check.warn(
                        AREA,
                        name,
                        finding + ": a pause longer than that means starting over",
                        "Enlarge it: db.adminCommand({replSetResizeOplog: 1, size: MEGABYTES}) on each member.")
                : Check.ok(AREA, name, finding);
    }

    private Check fence() {
        ServerFacts.Answer answer = server.abilities().writeBlock();
        if (!answer.works()) {
            return Check.warn(
                    AREA,
                    "fence",
                    "writes cannot be blocked by the server (" + answer.reason() + ")",
                    "MongoDB 6.0 or newer can (setUserWriteBlockMode); else the cutover renames collections.");
        }
        return server.rights().mayBlockWrites()
                ? Check.ok(AREA, "fence", "writes can be blocked for the cutover")
                : Check.warn(
                        AREA,
                        "fence",
                        "this user may not block writes",
                        "Before the cutover, grant role hostManager or clusterAdmin (its setUserWriteBlockMode).");
    }

    private boolean sharedTier() {
        return server.abilities().oplogRead().atlasRefused();
    }

    private Check tier() {
        boolean follows = server.abilities().changeStream().works();
        return Check.warn(
                AREA,
                "tier",
                "a shared Atlas tier (M0, M2, M5, Flex): no oplog to look at, few connections, a rate limit",
                follows
                        ? "plan, copy and change streams work; for a busy database move to M10 or above first."
                        : "plan and copy work while writes rest; to follow writes move to M10 or above first.");
    }

    private Check collections() {
        String kinds = source.collections().stream()
                .filter(c -> c.kind() != CollectionKind.COLLECTION && c.kind() != CollectionKind.SYSTEM)
                .collect(Collectors.groupingBy(c -> c.kind(), TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(e -> e.getValue() + " "
                        + e.getKey().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.joining(", "));
        String finding = Quantity.count(source.collections().size(), "collection", "collections") + ", "
                + Quantity.count(source.documents(), "document", "documents") + ", "
                + Quantity.bytes(source.bytes()) + (kinds.isEmpty() ? "" : "; among them " + kinds);
        if (source.collections().isEmpty()) {
            return Check.warn(
                    AREA,
                    "collections",
                    "none in "
                            + server.databases().stream()
                                    .map(ServerFacts.Database::name)
                                    .toList(),
                    "Check the database named in the MongoDB URI; names are case-sensitive.");
        }
        boolean series = source.collections().stream().anyMatch(c -> c.kind() == CollectionKind.TIME_SERIES);
        return series
                ? Check.warn(
                        AREA,
                        "collections",
                        finding,
                        "Time series have no change stream: what is written to them after the copy is not followed.")
                : Check.ok(AREA, "collections", finding);
    }
}
