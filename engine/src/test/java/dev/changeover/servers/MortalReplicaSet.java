package dev.changeover.servers;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.bson.Document;

/**
 * A replica set of three whose primary can be killed with SIGKILL and come back with its data; it elects another one
 * within seconds. Confined to one thread.
 */
public final class MortalReplicaSet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Closing closing;
    private final MongoReplicaSet set;
    private final List<Member> members;
    private final MongoClient client;

    /** A mongod that can be started again by the command that started it first. */
    private static final class Member {
        private final List<String> command = new ArrayList<>();
        private volatile ProcessHandle process;

        Member(ProcessHandle process) {
            this.process = process;
            command.add(process.info().command().orElseThrow());
            command.addAll(List.of(process.info().arguments().orElseThrow()));
        }

        boolean listensAt(String host) {
            return host.endsWith(":" + command.get(command.indexOf("--port") + 1));
        }

        void kill() {
            process.destroyForcibly();
            process.onExit().join();
        }

        void startAgain() {
            try {
                process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .toHandle();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private MortalReplicaSet(Closing closing, MongoReplicaSet set, List<Member> members) {
        this.closing = closing;
        this.set = set;
        this.members = members;
        client = MongoClients.create(set.uri("admin"));
    }

    public static MortalReplicaSet start() throws InterruptedException {
        Path mongod = new MongodBinary(Servers.cache(), line -> {}).find();
        Closing closing = Closing.atExit();
        MortalReplicaSet started = closing.whileStarting(() -> {
            Room room = closing.with(Room.make("mortal"));
            MongoReplicaSet set =
                    closing.with(MongoReplicaSet.start(mongod, room.path(), new ServerSettings(3, 0.25, false)));
            List<Member> members = set.pids().stream()
                    .map(pid -> new Member(ProcessHandle.of(pid).orElseThrow()))
                    .toList();
            closing.with((Closing.Open) () -> members.forEach(Member::kill));
            return new MortalReplicaSet(closing, set, members);
        });
        started.electFast();
        return started;
    }

    private void electFast() {
        Document config =
                admin().runCommand(new Document("replSetGetConfig", 1)).get("config", Document.class);
        config.put("version", config.getInteger("version") + 1);
        config.get("settings", Document.class)
                .append("electionTimeoutMillis", 1_500)
                .append("heartbeatIntervalMillis", 300);
        admin().runCommand(new Document("replSetReconfig", config));
        awaitWhole();
    }

    private MongoDatabase admin() {
        return client.getDatabase("admin");
    }

    public String uri(String database) {
        return set.uri(database);
    }

    /** Once all members are well, so that what is left is a majority. */
    public void killPrimary() {
        awaitWhole();
        String primary = admin().runCommand(new Document("hello", 1)).getString("me");
        members.stream()
                .filter(member -> member.listensAt(primary))
                .findFirst()
                .orElseThrow()
                .kill();
    }

    /** Starts those that were killed, and does not wait for them. */
    public void revive() {
        members.stream().filter(member -> !member.process.isAlive()).forEach(Member::startAgain);
    }

    /** Returns when one member is the primary and the others follow it. */
    public void awaitWhole() {
        Awaitility.await("all members of the replica set are well")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptionsInstanceOf(MongoException.class)
                .until(() -> states().stream().sorted().toList().equals(List.of(1, 2, 2)));
    }

    /** 1 is a primary, 2 a secondary (replSetGetStatus). */
    private List<Integer> states() {
        return admin().runCommand(new Document("replSetGetStatus", 1)).getList("members", Document.class).stream()
                .map(member -> member.getInteger("state"))
                .toList();
    }

    @Override
    public void close() {
        client.close();
        closing.close();
    }
}
