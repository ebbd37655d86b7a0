package dev.changeover.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Debezium's embedded engine with its JDBC sink, from Maven Central; the program is in bench/debezium. */
record Debezium() implements Peer {
    static final int MOST = 100_000;
    private static final Path PROJECT = Path.of("bench", "debezium").toAbsolutePath();
    private static final Path CLASS_PATH = PROJECT.resolve("target").resolve("classpath");

    @Override
    public String word() {
        return "debezium";
    }

    @Override
    public String about() {
        return "Debezium's snapshot";
    }

    @Override
    public String fidelity() {
        return "3.3.1, the embedded engine and the JDBC sink in one process without Kafka between them; nested documents as"
                + " columns of their own (flatten.struct), upserts of up to 2,000 rows.";
    }

    @Override
    public int documentsMost() {
        return MOST;
    }

    @Override
    public Optional<String> obstacle() throws InterruptedException {
        try {
            String unused = Command.run(
                    PROJECT,
                    Map.of("JAVA_HOME", System.getProperty("java.home")),
                    List.of(
                            PROJECT.resolve("../../mvnw").normalize().toString(),
                            "-q",
                            "-B",
                            "-f",
                            PROJECT.resolve("pom.xml").toString(),
                            "compile",
                            "dependency:build-classpath",
                            "-Dmdep.outputFile=" + CLASS_PATH));
            return Optional.empty();
        } catch (IOException | IllegalStateException e) {
            return Optional.of("it could not be built: " + e.getMessage());
        }
    }

    @Override
    public List<Stretch> load(Databases databases) throws IOException, InterruptedException {
        int documents = (int) databases.documents();
        return List.of(new Stretch(about(), documents, run(databases, documents, "snapshot"), OptionalDouble.empty()));
    }

    /** How long its streaming takes to bring one change of every document, after a snapshot. */
    static Duration stream(Databases databases) throws IOException, InterruptedException, SQLException {
        databases.execute("DROP SCHEMA IF EXISTS peer CASCADE", "CREATE SCHEMA peer");
        return run(databases, (int) databases.documents(), "changes");
    }

    private static Duration run(Databases databases, int documents, String what)
            throws IOException, InterruptedException {
        return Command.seconds(Command.run(
                databases.room(),
                Map.of(),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        PROJECT.resolve("target/classes") + ":" + Files.readString(CLASS_PATH),
                        "dev.changeover.bench.debezium.DebeziumLoad",
                        databases.mongo(),
                        databases.name() + "." + Databases.COLLECTION,
                        databases.jdbc().replaceFirst("\\?user=.*$", ""),
                        "postgres",
                        "peer." + Databases.COLLECTION,
                        "" + documents,
                        what)));
    }
}
