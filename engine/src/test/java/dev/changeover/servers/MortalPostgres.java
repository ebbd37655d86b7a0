package dev.changeover.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A PostgreSQL server that can be killed, and restarted at the same port on the same data. Confined to one thread. */
public final class MortalPostgres implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Closing closing;
    private final PostgresServer server;
    private final Path data;
    private final Path control;

    private MortalPostgres(Closing closing, PostgresServer server, Path data) {
        this.closing = closing;
        this.server = server;
        this.data = data;
        control = Path.of(process().flatMap(process -> process.info().command()).orElseThrow())
                .resolveSibling("pg_ctl");
    }

    public static MortalPostgres start() {
        Closing closing = Closing.atExit();
        return closing.whileStarting(() -> {
            Room room = closing.with(Room.make("mortal"));
            PostgresServer server = PostgresServer.start(Servers.postgresBinaries(), room.path());
            MortalPostgres mortal =
                    new MortalPostgres(closing, server, room.path().resolve("postgres"));
            closing.with((Closing.Open) mortal::kill);
            return mortal;
        });
    }

    public String uri(String database) {
        return server.uri(database);
    }

    public void createDatabase(String name) {
        server.createDatabase(name);
    }

    /** The server's first process, as it says itself: the one that started it has ended. */
    private Optional<ProcessHandle> process() {
        try {
            String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
            return ProcessHandle.of(Long.parseLong(pid.strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends every process of the server without a checkpoint, as its own tool does it, and starts it again. */
    public void restart() {
        Awaitility.await("PostgreSQL is back").atMost(PATIENCE).until(this::restarts);
    }

    /** Kills the server's first process; the others end when they see that. */
    public void kill() {
        process().ifPresent(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }

    /** Starts it again so that it recovers, and takes no connection, until {@link #recovered}. */
    public void recover() throws IOException {
        Files.writeString(
                data.resolve("postgresql.auto.conf"),
                "hot_standby = off\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        Files.createFile(data.resolve("standby.signal"));
        restart();
    }

    public void recovered() throws IOException, InterruptedException {
        if (!controls("promote", "-w")) {
            throw new IllegalStateException("PostgreSQL does not end its recovery");
        }
    }

    /** False while the processes of a killed server still end. */
    private boolean restarts() throws IOException, InterruptedException {
        return controls(
                "restart",
                "-w",
                "-m",
                "immediate",
                "-l",
                data.resolveSibling("postgres.log").toString());
    }

    private boolean controls(String... wanted) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) { // whom PostgreSQL refuses
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(control.toString(), "-D", data.toString()));
        command.addAll(List.of(wanted));
        return Shell.run(command).code() == 0;
    }

    @Override
    public void close() {
        closing.close();
    }
}
