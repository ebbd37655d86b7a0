package dev.changeover.mongo;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a MongoDB deployment is and can do, found by asking and by trying. {@code setName} is empty for a standalone and
 * for a sharded cluster.
 */
public record ServerFacts(
        String version,
        boolean replicaSet,
        boolean sharded,
        String setName,
        Members members,
        Abilities abilities,
        Optional<Oplog> oplog,
        Rights rights,
        List<Database> databases) {
    public ServerFacts {
        databases = List.copyOf(databases);
    }

    /** Whether a read can be made at one exact time of the past minutes. */
    public boolean snapshotReads() {
        return abilities.snapshot().works();
    }

    /** 4, 5, 6 ... */
    public int major() {
        return Integer.parseInt(version.substring(0, Math.max(version.indexOf('.'), 0)));
    }

    /** 4 in 4.4.29. */
    public int minor() {
        String[] parts = version.split("\\.", -1);
        return parts.length < 2 ? 0 : Integer.parseInt(parts[1]);
    }

    /**
     * The members as the primary knows them; {@code followed}: the URI names several hosts, or a set, so that the driver
     * finds a new primary by itself.
     */
    public record Members(int dataBearing, int arbiters, boolean followed, boolean atlas) {}

    /** What came of trying: each was done once, and left nothing behind. */
    public record Abilities(Answer snapshot, Answer changeStream, Answer note, Answer writeBlock, Answer oplogRead) {}

    /** The server's answer to something tried; {@code code} and {@code reason} are its error's. */
    public record Answer(boolean works, int code, String reason) {
        public static final Answer YES = new Answer(true, 0, "");

        /** True when Atlas's proxy, not the server, refused it. */
        public boolean atlasRefused() {
            return code == Failures.ATLAS;
        }

        public boolean unauthorized() {
            return code == Failures.UNAUTHORIZED;
        }
    }

    /** {@code held} is the time between the oldest and the newest entry; bytes are uncompressed. */
    public record Oplog(Duration held, long bytes, long maxBytes) {
        /** What it will hold when full, if writes go on as they did; while it is still filling, that is more. */
        public Duration window() {
            return bytes <= 0 || bytes >= maxBytes
                    ? held
                    : Duration.ofSeconds((long) (held.toSeconds() * ((double) maxBytes / bytes)));
        }
    }

    /** {@code checked} is false where the deployment has no users; then everything is allowed. */
    public record Rights(
            boolean checked, String user, List<String> roles, boolean mayHeartbeat, boolean mayBlockWrites) {
        public Rights {
            roles = List.copyOf(roles);
        }
    }

    /** A database's uncompressed bytes, and the file system it is on; 0 where the server does not say. */
    public record Database(String name, long dataBytes, long fileSystemUsed, long fileSystemTotal) {}
}
