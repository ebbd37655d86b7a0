package dev.changeover.servers;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.bson.Document;

/** Some mongod processes that form one replica set on the loopback interface. Their folders are the caller's. */
final class MongoReplicaSet implements Closing.Open {
    private static final String NAME = "changeover";
    private static final int STARTS_MAX = 3;
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private record Member(int port, Process process) {
        String host() {
            return "127.0.0.1:" + port;
        }
    }

    private final List<Member> members = new ArrayList<>();
    private Optional<MongoUsers> users = Optional.empty();

    private MongoReplicaSet() {}

    /** Starts the members and returns when a primary takes writes. */
    static MongoReplicaSet start(Path mongod, Path folder, ServerSettings settings) {
        MongoReplicaSet set = new MongoReplicaSet();
        try {
            if (settings.mongoUsers()) {
                set.users = Optional.of(MongoUsers.in(folder));
            }
            for (int i = 0; i < settings.mongoMembers(); i++) {
                set.members.add(set.member(mongod, folder.resolve("mongod" + i), settings.mongoCacheGb()));
            }
            set.initiate();
            return set;
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
    }

    /** Starts one member; a port that another process took in the meantime is replaced by the next. */
    private Member member(Path mongod, Path folder, double cacheGb) {
        for (int start = 1; ; start++) {
            int port = freePort();
            Process process = launch(mongod, folder, port, cacheGb);
            if (answers(process, port)) {
                return new Member(port, process);
            }
            process.destroyForcibly();
            if (start == STARTS_MAX) {
                throw new FailedException(
                        new Failure.Unreachable("start " + mongod, "it does not answer", lastLog(folder)));
            }
        }
    }

    private Process launch(Path mongod, Path folder, int port, double cacheGb) {
        try {
            Files.createDirectories(folder);
            List<String> command = new ArrayList<>(List.of(
                    mongod.toString(),
                    "--replSet",
                    NAME,
                    "--bind_ip",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(port),
                    "--dbpath",
                    folder.toString(),
                    "--logpath",
                    folder.resolve("mongod.log").toString(),
                    "--wiredTigerCacheSizeGB",
                    Double.toString(cacheGb),
                    "--nounixsocket",
                    "--setParameter",
                    "diagnosticDataCollectionEnabled=false"));
            users.ifPresent(some -> command.addAll(some.arguments()));
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("mongod.out").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean answers(Process process, int port) {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        try (MongoClient client = client("mongodb://127.0.0.1:" + port + "/?directConnection=true", 500)) {
            while (process.isAlive() && System.nanoTime() < deadline) {
                if (pings(client)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** False after the driver itself has waited for a while. */
    private static boolean pings(MongoClient client) {
        try {
            client.getDatabase("admin").runCommand(new Document("ping", 1));
            return true;
        } catch (MongoTimeoutException notYet) {
            return false;
        }
    }

    private void initiate() {
        List<Document> hosts = new ArrayList<>();
        for (Member member : members) {
            hosts.add(new Document("_id", hosts.size()).append("host", member.host()));
        }
        String first = members.getFirst().host();
        try (MongoClient client = client("mongodb://" + first + "/?directConnection=true", 30_000)) {
            client.getDatabase("admin")
                    .runCommand(new Document("replSetInitiate", new Document("_id", NAME).append("members", hosts)));
        } catch (MongoCommandException e) {
            throw new FailedException(
                    new Failure.Unreachable("form a replica set", e.getErrorMessage(), "See the mongod's log."), e);
        }
        users.ifPresent(
                some -> some.create(host -> client("mongodb://" + host + "/?directConnection=true", 30_000), first));
        try (MongoClient client = client(uri("admin"), 60_000)) {
            client.getDatabase("changeover_start").getCollection("ready").insertOne(new Document());
            client.getDatabase("changeover_start").drop();
        } catch (MongoException e) {
            throw new FailedException(
                    new Failure.Unreachable("wait for a primary", MongodBinary.firstLine(e), "See the mongod's log."),
                    e);
        }
    }

    private static MongoClient client(String uri, int patienceMillis) {
        return MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .applyToClusterSettings(c -> c.serverSelectionTimeout(patienceMillis, TimeUnit.MILLISECONDS))
                .build());
    }

    String uri(String database) {
        String hosts = members.stream().map(Member::host).collect(Collectors.joining(","));
        return users.map(MongoUsers::tool).orElse("mongodb://") + hosts + "/" + database + "?replicaSet=" + NAME
                + users.map(some -> "&authSource=admin").orElse("");
    }

    /** As an application connects, which may not do what only an administrator may. */
    String applicationUri(String database) {
        return users.isEmpty()
                ? uri(database)
                : uri(database).replace(users.get().tool(), users.get().application());
    }

    List<Long> pids() {
        return members.stream().map(m -> m.process().pid()).toList();
    }

    /** Ends the members at once: their data is thrown away with them. */
    @Override
    public void close() {
        members.forEach(m -> m.process().destroyForcibly());
        members.forEach(m -> m.process()
                .onExit()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(slow -> m.process())
                .join());
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String lastLog(Path folder) {
        try {
            return Files.readString(folder.resolve("mongod.out"))
                    + Files.readAllLines(folder.resolve("mongod.log")).stream()
                            .filter(l -> l.contains("\"s\":\"E\"") || l.contains("\"s\":\"F\""))
                            .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return "It left no log.";
        }
    }
}
