package dev.changeover.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import com.mongodb.client.MongoDatabase;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/** Asks and tries what a deployment can do. Leaves nothing behind but, at most, a no-op in the oplog. */
final class Probes {
    private final Members members;
    private final Retry retry;
    private final Catalog catalog;
    private final Optional<String> database;

    Probes(Members members, Retry retry, Catalog catalog, Optional<String> database) {
        this.members = members;
        this.retry = retry;
        this.catalog = catalog;
        this.database = database;
    }

    ServerFacts facts() {
        Retry.Ask ask = new Retry.Ask("ask MongoDB what it is", "any role");
        BsonDocument build = retry.call(ask, () -> admin("{buildInfo: 1}"));
        BsonDocument hello = retry.call(ask, members::hello);
        Privileges privileges =
                Privileges.of(retry.call(ask, () -> admin("{connectionStatus: 1, showPrivileges: true}")));
        boolean sharded = sharded(hello);
        String home = database.orElse("changeover");
        return new ServerFacts(
                text(build, "version"),
                sharded || hello.containsKey("setName"),
                sharded,
                text(hello, "setName"),
                new ServerFacts.Members(
                        hello.getArray("hosts", new BsonArray()).size(),
                        hello.getArray("arbiters", new BsonArray()).size(),
                        members.followsPrimary(),
                        members.onAtlas()),
                abilities(),
                OplogFacts.of(members.main()),
                privileges.rights(home, Heartbeat.COLLECTION),
                databases());
    }

    OptionalInt cores() {
        Retry.Ask ask = new Retry.Ask("ask MongoDB for its cores", "privilege hostInfo on the cluster");
        if (sharded(retry.call(ask, members::hello))) {
            return OptionalInt.empty();
        }
        return retry.call(ask, () -> {
            try {
                BsonDocument system = admin("{hostInfo: 1}").getDocument("system", new BsonDocument());
                int cores = (int) Catalog.number(system.get("numCores"));
                return cores > 0 ? OptionalInt.of(cores) : OptionalInt.empty();
            } catch (MongoCommandException refused) {
                return OptionalInt.empty();
            }
        });
    }

    /** Whether documents can be read as they were at one instant. */
    boolean snapshotReads() {
        return retry.call(
                        new Retry.Ask("try a read at one instant", "role readAnyDatabase"),
                        () -> answer(this::readAtThisTime))
                .works();
    }

    static boolean sharded(BsonDocument hello) {
        return text(hello, "msg").equals("isdbgrid");
    }

    private ServerFacts.Abilities abilities() {
        return new ServerFacts.Abilities(
                answer(this::readAtThisTime),
                answer(() -> ChangeReader.firstToken(members, retry, database, now())),
                answer(this::note),
                writeBlock(),
                answer(() -> OplogFacts.ends(members.main())));
    }

    private interface Try {
        void go();
    }

    /** The server's answer; what is not an answer (the network) is thrown. */
    private ServerFacts.Answer answer(Try step) {
        try {
            step.go();
            return ServerFacts.Answer.YES;
        } catch (MongoCommandException e) {
            return new ServerFacts.Answer(false, e.getErrorCode(), Failures.words(e));
        } catch (FailedException e) {
            if (e.getCause() instanceof MongoCommandException refused) {
                return new ServerFacts.Answer(false, refused.getErrorCode(), Failures.words(refused));
            }
            return new ServerFacts.Answer(false, 0, e.failure().reason());
        } catch (MongoException e) {
            return new ServerFacts.Answer(false, e.getCode(), Failures.words(e));
        }
    }

    /** The time of the server's answer. */
    ClusterTime now() {
        try (Conversation conversation = new Conversation(members.main(), ReadPreference.primary())) {
            return conversation
                    .ask("admin", new BsonDocument("ping", new BsonInt32(1)))
                    .operationTime()
                    .orElse(new ClusterTime(0, 1));
        }
    }

    private void readAtThisTime() {
        BsonDocument concern =
                BsonDocument.parse("{level: 'snapshot'}").append("atClusterTime", new BsonTimestamp(now().bits()));
        members.main()
                .getDatabase(
                        database.orElse(catalog.databases().stream().findFirst().orElse("test")))
                .runCommand(new BsonDocument("find", new BsonString(Heartbeat.COLLECTION))
                        .append("limit", new BsonInt32(1))
                        .append("readConcern", concern));
    }

    private void note() {
        admin("{appendOplogNote: 1, data: {changeover: 'doctor'}}");
    }

    /** Without the argument that it demands, the command does nothing; a server that lacks it says so first. */
    private ServerFacts.Answer writeBlock() {
        ServerFacts.Answer answer = answer(() -> admin("{setUserWriteBlockMode: 1}"));
        boolean unknown = answer.code() == Failures.COMMAND_NOT_FOUND || answer.atlasRefused() || answer.unauthorized();
        return unknown ? answer : ServerFacts.Answer.YES;
    }

    private List<ServerFacts.Database> databases() {
        List<ServerFacts.Database> all = new ArrayList<>();
        for (String name : catalog.databases()) {
            Retry.Ask ask = new Retry.Ask("ask for the size of database " + name, Catalog.read(name));
            BsonDocument stats = retry.call(
                    ask,
                    () -> members.main()
                            .getDatabase(name)
                            .runCommand(new BsonDocument("dbStats", new BsonInt32(1)), BsonDocument.class));
            all.add(new ServerFacts.Database(
                    name,
                    Catalog.number(stats.get("dataSize")),
                    Catalog.number(stats.get("fsUsedSize")),
                    Catalog.number(stats.get("fsTotalSize"))));
        }
        return all;
    }

    private BsonDocument admin(String command) {
        MongoDatabase admin = members.main().getDatabase("admin");
        return admin.runCommand(BsonDocument.parse(command), BsonDocument.class);
    }

    static String text(BsonDocument document, String name) {
        return document.getString(name, new BsonString("")).getValue();
    }
}
