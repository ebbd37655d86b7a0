package dev.changeover.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** dlt, from PyPI, in a Python environment that is made once and kept. */
record Dlt() implements Peer {
    private static final String VERSION = "1.31.0";
    private static final double GOAL = 20;
    private static final String DRIVER = "4.20.1";
    private static final Path HOME =
            Path.of(System.getProperty("user.home"), ".cache", "changeover", "bench", "dlt-" + VERSION);
    private static final Map<String, String> QUIET = Map.of("RUNTIME__DLTHUB_TELEMETRY", "false");

    @Override
    public String word() {
        return "dlt";
    }

    @Override
    public String about() {
        return "dlt";
    }

    @Override
    public String fidelity() {
        return "version " + VERSION + ", its defaults, nested values as json (max_table_nesting=0) and not as tables of"
                + " their own, which would be slower.";
    }

    @Override
    public int documentsMost() {
        return 200_000;
    }

    @Override
    public Optional<String> obstacle() throws InterruptedException {
        Path made = HOME.resolve("made");
        if (Files.exists(made)) {
            return Optional.empty();
        }
        try {
            Files.createDirectories(HOME);
            Command.run(HOME, Map.of(), List.of("python3", "-m", "venv", HOME.toString()));
            Command.run(
                    HOME,
                    Map.of(),
                    List.of(
                            HOME.resolve("bin/pip").toString(),
                            "install",
                            "--quiet",
                            "dlt[postgres]==" + VERSION,
                            "pymongo==" + DRIVER));
            Files.createFile(made);
            return Optional.empty();
        } catch (IOException | IllegalStateException e) {
            return Optional.of("it needs python3 with venv, and PyPI: " + e.getMessage());
        }
    }

    @Override
    public List<Stretch> load(Databases databases) throws IOException, InterruptedException, SQLException {
        Path script = databases.room().resolve("dlt_load.py");
        if (!Files.exists(script)) {
            try (InputStream in = Objects.requireNonNull(Dlt.class.getResourceAsStream("/peers/dlt_load.py"))) {
                long unused = Files.copy(in, script);
            }
        }
        Path own = Files.createTempDirectory(databases.room(), "dlt");
        String said = Command.run(
                databases.room(),
                QUIET,
                List.of(
                        HOME.resolve("bin/python").toString(),
                        script.toString(),
                        databases.mongo(),
                        databases.name(),
                        Databases.COLLECTION,
                        databases.pg().replaceFirst("postgres@", "postgres:none@"), // dlt insists on one
                        own.toString()));
        return List.of(
                new Stretch(about(), (int) databases.documents(), Command.seconds(said), OptionalDouble.of(GOAL)));
    }
}
