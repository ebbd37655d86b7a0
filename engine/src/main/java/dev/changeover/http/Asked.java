package dev.changeover.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A request, and the ways to answer it. Confined to the thread that answers. */
public final class Asked {
    private static final int BODY_MAX = 4096;

    private final HttpExchange exchange;
    private final Threads threads;

    Asked(HttpExchange exchange, Threads threads) {
        this.exchange = exchange;
        this.threads = threads;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** The last part of the path. */
    String name() {
        return path().substring(path().lastIndexOf('/') + 1);
    }

    /** A parameter of the query; numbers need no decoding. */
    Optional<String> parameter(String name) {
        String query = exchange.getRequestURI().getQuery();
        return query == null
                ? Optional.empty()
                : Arrays.stream(query.split("&", -1))
                        .filter(pair -> pair.startsWith(name + "="))
                        .map(pair -> pair.substring(name.length() + 1))
                        .findFirst();
    }

    byte[] body() throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
        if (body.length > BODY_MAX) {
            throw new NotAnsweredException(
                    413, "the body is longer than " + BODY_MAX + " bytes", "Send only what docs/http.md names.");
        }
        return body;
    }

    void header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    /** Answers with {@code text} as a whole. */
    public void answer(int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        header("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    void json(int status, String text) throws IOException {
        header("Cache-Control", "no-store");
        answer(status, "application/json", text + "\n");
    }

    /** Begins an answer that goes on. */
    Stream stream(String type) throws IOException {
        header("Content-Type", type);
        header("Cache-Control", "no-store");
        exchange.sendResponseHeaders(200, 0);
        return text -> {
            threads.again();
            OutputStream out = exchange.getResponseBody();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        };
    }

    /** An answer that goes on; fails when the other side is gone, or does not read. */
    interface Stream {
        void send(String text) throws IOException;
    }

    /** True once an answer was begun: what fails then can only end it. */
    boolean isAnswered() {
        return exchange.getResponseCode() != -1;
    }
}
