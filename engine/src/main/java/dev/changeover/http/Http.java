package dev.changeover.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.CommitInDoubtException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves endpoints at one address until closed. Requests are bounded in number, size and time, and have threads of their
 * own: no client holds up the run. The package's door. Thread-safe.
 */
public final class Http implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Http.class);
    private static final int REQUESTS_MAX = 300;

    /** One request, or one part of an answer that goes on. */
    private static final Duration REQUEST_MOST = Duration.ofSeconds(30);

    private final HttpServer server;
    private final Threads threads;
    private final Optional<String> token;
    private final List<Endpoint> endpoints;

    /** Where to listen; {@code option} is where a person says so. Who has no {@code token} is not answered, if there is one. */
    public record Listen(String host, int port, Optional<String> token, String option) {
        /** To this machine only, and to everybody on it. */
        public static Listen here(int port, String option) {
            return new Listen("127.0.0.1", port, Optional.empty(), option);
        }

        @Override
        public String toString() {
            return "port " + port + " of " + host;
        }

        private InetSocketAddress address() throws IOException {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        }
    }

    private Http(HttpServer server, Threads threads, Optional<String> token, List<Endpoint> endpoints) {
        this.server = server;
        this.threads = threads;
        this.token = token;
        this.endpoints = endpoints;
    }

    /** Port 0 takes any free one. */
    public static Http serve(Listen listen, List<Endpoint> endpoints) {
        return serve(listen, endpoints, REQUESTS_MAX, REQUEST_MOST);
    }

    static Http serve(Listen listen, List<Endpoint> endpoints, int requestsMax, Duration requestMost) {
        HttpServer server = listen(listen);
        Http http = new Http(server, new Threads(requestsMax, requestMost), listen.token(), endpoints);
        http.server.setExecutor(http.threads);
        http.server.createContext("/", http::answer);
        http.server.start();
        LOG.atInfo()
                .addKeyValue("host", listen.host())
                .addKeyValue("port", http.port())
                .log("is served");
        return http;
    }

    private static HttpServer listen(Listen listen) {
        try {
            InetSocketAddress address = listen.address();
            if (listen.token().isEmpty() && !address.getAddress().isLoopbackAddress()) {
                throw new FailedException(new Failure.WrongUse(
                        "serve HTTP on " + listen,
                        "others than this machine can reach it, and no token was given",
                        "Set CHANGEOVER_HTTP_TOKEN; who asks sends it as Authorization: Bearer TOKEN."));
            }
            return HttpServer.create(address, 0);
        } catch (IOException | IllegalArgumentException e) {
            throw new FailedException(
                    new Failure.WrongUse(
                            "serve HTTP on " + listen,
                            String.valueOf(e.getMessage()),
                            "Give another port, from 1 to 65535, with " + listen.option() + "."),
                    e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Asked asked = new Asked(exchange, threads);
            try {
                find(asked).answerer().answer(asked);
            } catch (InterruptedException tooSlow) {
                Thread.currentThread().interrupt(); // what is still sent fails, and the connection ends
            } catch (RuntimeException e) {
                if (asked.isAnswered()) {
                    LOG.atDebug().setCause(e).log("an answer that went on ends");
                } else {
                    refuse(asked, e);
                }
            }
        }
    }

    private Endpoint find(Asked asked) {
        if (token.isPresent()
                && !asked.header("Authorization").map(this::isRight).orElse(false)) {
            throw new NotAnsweredException(
                    401, "the token is missing, or another", "Send the header Authorization: Bearer TOKEN.");
        }
        List<Endpoint> there =
                endpoints.stream().filter(one -> one.isAt(asked.path())).toList();
        if (there.isEmpty()) {
            String known = endpoints.stream().map(Endpoint::path).distinct().collect(Collectors.joining(", "));
            throw new NotAnsweredException(404, "there is nothing here", "There are: " + known);
        }
        return there.stream()
                .filter(one -> one.method().equals(asked.method()))
                .findFirst()
                .orElseThrow(() -> {
                    String allowed = there.stream().map(Endpoint::method).collect(Collectors.joining(", "));
                    asked.header("Allow", allowed);
                    return new NotAnsweredException(
                            405, asked.method() + " is not for this path", "Use " + allowed + ".");
                });
    }

    private boolean isRight(String header) {
        return MessageDigest.isEqual(
                header.getBytes(StandardCharsets.UTF_8),
                ("Bearer " + token.orElseThrow()).getBytes(StandardCharsets.UTF_8));
    }

    private static void refuse(Asked asked, RuntimeException e) throws IOException {
        NotAnsweredException told = switch (e) {
            case NotAnsweredException own -> own;
            case FailedException failed -> told(failed);
            case CommitInDoubtException lost -> notNow(String.valueOf(lost.getMessage()));
            case RuntimeException bug -> {
                LOG.atError().setCause(bug).log("a request met a bug");
                yield new NotAnsweredException(500, "a bug of Changeover", "Look at the log of the run.");
            }
        };
        if (told.status == 503) {
            asked.header("Retry-After", "1");
        }
        if (told.status == 401) {
            asked.header("WWW-Authenticate", "Bearer");
        }
        asked.json(told.status, Json.error(String.valueOf(told.getMessage()), told.remedy));
    }

    private static NotAnsweredException told(FailedException e) {
        String error = String.valueOf(e.getMessage());
        return switch (e.failure()) {
            case Failure.Transient ignored -> notNow(error);
            case Failure.Unreachable ignored -> notNow(error);
            case Failure.WrongUse wrong -> NotAnsweredException.wrong(error, wrong.remedy());
            case Failure.Refused refused -> new NotAnsweredException(503, error, refused.remedy());
            case Failure.Broken ignored -> new NotAnsweredException(500, error, "Look at the log of the run.");
        };
    }

    private static NotAnsweredException notNow(String error) {
        return new NotAnsweredException(503, error, "Ask again in a second; begin no call once the lease is over.");
    }

    /** Ends every answer, those that go on too. */
    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
