package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

/** Real documents through every command, in the order of a migration. */
class RealDataCommandServerTest {
    /** The page is left there to be looked at. */
    private static final Path ROOM = Path.of("target", "real-data");

    private final String mongoUri = TestServers.freshMongoDatabase();
    private final String target = TestServers.freshPostgres();

    private String changeover(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--pg", target, "--mongo", mongoUri));
        if (List.of("plan", "run", "finish").contains(words[0])) {
            all.addAll(List.of("--plan", ROOM.resolve("changeover.yaml").toString()));
        }
        return Typed.changeover(all);
    }

    private static int load(MongoClient client, String database, Path folder) throws IOException {
        int documents = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                String name = file.getFileName().toString().replace(".json", "");
                MongoCollection<RawBsonDocument> into =
                        client.getDatabase(database).getCollection(name, RawBsonDocument.class);
                for (String line : Files.readAllLines(file)) {
                    into.insertOne(new RawBsonDocument(ExtendedJsonReader.readDocument(line)));
                    documents++;
                }
            }
        }
        return documents;
    }

    @Test
    void realDocumentsGoThroughEveryCommand() throws IOException {
        Path data = Path.of("../../shared/data");
        assumeTrue(Files.isDirectory(data), "the sample documents are not on this machine");
        Files.createDirectories(ROOM);
        Files.deleteIfExists(ROOM.resolve("changeover.yaml"));
        String database = Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase());
        try (MongoClient client = MongoClients.create(mongoUri)) {
            int documents = load(client, database, data);
            assertThat(documents).isGreaterThan(1_000);
            assertThat(changeover("plan")).endsWith("exit 0");
            assertThat(changeover("run", "--until", "copied")).endsWith("exit 0");
            assertThat(changeover("verify"))
                    .contains("Every document is equal to its rows, and there are no other rows.")
                    .endsWith("exit 0");
            assertThat(changeover("finish", "--apply", "--all-not-null")).doesNotContain("blocked");
            assertThat(changeover("run", "--until", "caught-up")).endsWith("exit 0");
            assertThat(changeover("verify")).endsWith("exit 0");
            assertThat(changeover("report", ROOM.resolve("report.html").toString()))
                    .contains("nobody follows MongoDB")
                    .endsWith("exit 1");
            client.getDatabase(database).drop();
        }
    }
}
