package dev.changeover.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real pooler in front of a test's PostgreSQL, where one is installed. */
public final class PgBouncer implements AutoCloseable {
    private final Process process;
    private final String uri;

    private PgBouncer(Process process, String uri) {
        this.process = process;
        this.uri = uri;
    }

    public static boolean isInstalled() {
        return binary().isPresent();
    }

    private static Optional<Path> binary() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static PgBouncer start(String postgresUri, String mode) {
        try (ServerSocket free = new ServerSocket(0)) {
            int port = free.getLocalPort();
            free.close();
            URI target = URI.create(postgresUri);
            String database = target.getPath().substring(1);
            Path room = Files.createTempDirectory("changeover-pgbouncer");
            Path users = Files.writeString(room.resolve("users.txt"), "\"postgres\" \"\"\n");
            Path settings = Files.writeString(room.resolve("pgbouncer.ini"), """
                    [databases]
                    %s = host=127.0.0.1 port=%d dbname=%s user=postgres
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    auth_file = %s
                    pool_mode = %s
                    ignore_startup_parameters = extra_float_digits,options
                    """.formatted(
                            database, target.getPort(), database, port, users, mode));
            room.toFile().setReadable(true, false);
            room.toFile().setExecutable(true, false);
            List<String> command =
                    new ArrayList<>(List.of(binary().orElseThrow().toString(), settings.toString()));
            if (System.getProperty("user.name").equals("root")) {
                command.addAll(1, List.of("-u", "nobody")); // it does not run as root
            }
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(room.resolve("log").toFile())
                    .start();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> listens(port));
            return new PgBouncer(process, "postgresql://postgres@127.0.0.1:" + port + "/" + database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public String uri() {
        return uri;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
