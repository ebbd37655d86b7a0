package dev.changeover.doctor;

import dev.changeover.CollectionKind;
import dev.changeover.mongo.ServerFacts;
import dev.changeover.source.CollectionFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which source to take, why, and by which commands. {@code bytes} are the documents' own, uncompressed, and {@code copy} is a
 * cautious guess for them; both are 0 where the user may not ask for sizes.
 */
public record SourceAdvice(Way way, List<String> reasons, List<String> commands, long bytes, Duration copy) {
    /** A cautious guess of bytes copied each second across a network. */
    static final long RATE = 20_000_000;

    private static final List<String> FROM_DUMP =
            List.of("changeover plan --from dump/", "changeover run --from dump/", "changeover verify --from dump/");

    public SourceAdvice {
        reasons = List.copyOf(reasons);
        commands = List.copyOf(commands);
    }

    /** From the best to what is left. */
    public enum Way {
        /** The deployment itself, read and then followed. */
        FOLLOW("follow MongoDB itself"),
        /** The same, once its oplog is larger. */
        FOLLOW_WITH_LARGER_OPLOG("enlarge the oplog, then follow MongoDB itself"),
        DUMP_WITH_OPLOG("a dump with its oplog"),
        DUMP("a dump"),
        EXPORT("exports of single collections");

        private final String words;

        Way(String words) {
            this.words = words;
        }

        /** As it stands in JSON. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        public boolean follows() {
            return this == FOLLOW || this == FOLLOW_WITH_LARGER_OPLOG;
        }
    }

    /** The way and its reasons, and how much it is. */
    public String finding() {
        String size = bytes == 0
                ? ""
                : "; " + Quantity.bytes(bytes) + ", about " + Quantity.time(copy) + " to copy at "
                        + Quantity.bytes(RATE) + "/s" + (way.follows() ? "" : ", and as long to dump");
        return way.words + ": " + String.join("; ", reasons) + size;
    }

    /** The commands in a line. */
    public String remedy() {
        return String.join("; ", commands);
    }

    static Duration copyTime(long bytes) {
        return Duration.ofSeconds(bytes / RATE + 1);
    }

    /** How long the oplog reaches back; empty where it is not seen, or too young to tell. */
    static Optional<Duration> window(ServerFacts server) {
        return server.oplog()
                .filter(oplog -> oplog.held().compareTo(MongoChecks.TOO_YOUNG) >= 0)
                .map(ServerFacts.Oplog::window);
    }

    /** Of a deployment that could be asked. Asks nobody. */
    public static SourceAdvice of(ServerFacts server, List<CollectionFacts> collections) {
        long bytes = collections.stream().mapToLong(CollectionFacts::bytes).sum();
        Duration copy = copyTime(bytes);
        List<String> obstacles = obstacles(server);
        if (obstacles.isEmpty()) {
            return followed(server, collections, bytes, copy);
        }
        boolean oplog = server.replicaSet()
                && !server.sharded()
                && server.abilities().oplogRead().works();
        List<String> reasons = new ArrayList<>(obstacles);
        List<String> commands = new ArrayList<>();
        if (oplog) {
            reasons.add(
                    "its oplog may be read, so the dump is of one instant (of all databases: give mongodump a URI without one)");
            commands.add("mongodump --uri \"$MONGO_URI\" --oplog --gzip --out dump/");
        } else {
            reasons.add(
                    "without the oplog every document is of its own instant: stop the writes, or expect some older");
            commands.add("mongodump --uri \"$MONGO_URI\" --gzip --out dump/");
        }
        commands.addAll(FROM_DUMP);
        return new SourceAdvice(oplog ? Way.DUMP_WITH_OPLOG : Way.DUMP, reasons, commands, bytes, copy);
    }

    /** Of one whose collections this user may not list: what mongodump has to do first, and mongoexport need not. */
    static SourceAdvice withoutRights(String refused) {
        return new SourceAdvice(
                Way.EXPORT,
                List.of(
                        "this user may not look at the database (" + refused + "), which following and mongodump need",
                        "mongoexport needs to read one collection only, each by a command, and leaves out indexes and validators"),
                List.of(
                        "mongoexport --uri \"$MONGO_URI\" --collection NAME --jsonFormat=canonical --out DATABASE/NAME.json",
                        "changeover plan --from DATABASE/",
                        "changeover run --from DATABASE/",
                        "changeover verify --from DATABASE/"),
                0,
                Duration.ZERO);
    }

    /** Why it cannot be followed. */
    private static List<String> obstacles(ServerFacts server) {
        List<String> obstacles = new ArrayList<>();
        if (!server.replicaSet()) {
            obstacles.add("a standalone has no change streams (as a replica set of one member it can be followed)");
            return obstacles;
        }
        ServerFacts.Abilities abilities = server.abilities();
        if (!abilities.changeStream().works()) {
            obstacles.add(
                    abilities.changeStream().atlasRefused()
                            ? "this Atlas tier does not allow change streams (M10 and above do)"
                            : "no change stream opens ("
                                    + abilities.changeStream().reason() + ")");
        }
        if (!abilities.note().works() && !server.rights().mayHeartbeat()) {
            obstacles.add("this user may note no time in the oplog and write no heartbeat (role backup on admin may)");
        }
        return obstacles;
    }

    private static SourceAdvice followed(
            ServerFacts server, List<CollectionFacts> collections, long bytes, Duration copy) {
        List<String> reasons =
                new ArrayList<>(List.of("change streams open, so nothing that is written meanwhile is lost"));
        if (collections.stream().anyMatch(one -> one.kind() == CollectionKind.TIME_SERIES)) {
            reasons.add("time series are copied and cannot be followed");
        }
        Optional<Duration> window = window(server);
        List<String> run = List.of("changeover plan --mongo \"$MONGO_URI\"", "changeover run --mongo \"$MONGO_URI\"");
        if (window.isPresent() && window.get().compareTo(copy.multipliedBy(2)) < 0) {
            reasons.add(
                    "the oplog holds " + Quantity.time(window.get())
                            + ", which is short beside the copy: a pause while it copies could lose changes (enlarge it on each member)");
            List<String> commands = new ArrayList<>();
            commands.add("mongosh \"$MONGO_URI\" --eval 'db.adminCommand({replSetResizeOplog: 1, size: Double("
                    + megabytes(server, copy, window.get()) + ")})'");
            commands.addAll(run);
            return new SourceAdvice(Way.FOLLOW_WITH_LARGER_OPLOG, reasons, commands, bytes, copy);
        }
        reasons.add(window.map(held -> "the oplog holds " + Quantity.time(held) + ", long enough for the copy")
                .orElse(
                        server.oplog().isPresent()
                                ? "the oplog is too young to tell how long it holds"
                                : "how long the oplog holds cannot be seen by this user"));
        return new SourceAdvice(Way.FOLLOW, reasons, run, bytes, copy);
    }

    private static long megabytes(ServerFacts server, Duration copy, Duration window) {
        long now = server.oplog().map(ServerFacts.Oplog::maxBytes).orElse(0L) / 1_000_000;
        return Math.max(990, now * 2 * copy.toSeconds() / Math.max(1, window.toSeconds()));
    }
}
