package dev.changeover.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a server does with clients that are slow, many, or strangers. */
class HttpTest {
    private static final Duration SOON = Duration.ofSeconds(3);

    private static final Endpoint HELLO =
            new Endpoint("GET", "/hello", asked -> asked.answer(200, "text/plain", "hello"));

    private static Http serve(int places, Endpoint... endpoints) {
        return Http.serve(Http.Listen.here(0, "--http"), List.of(endpoints), places, SOON);
    }

    private static int status(Http http, String path, String... headers) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    private static boolean answers(Http http) throws InterruptedException {
        try {
            return status(http, "/hello") == 200;
        } catch (IOException refused) {
            return false;
        }
    }

    private static Socket say(Http http, String text) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), http.port());
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    @Test
    void whoSendsHalfARequestKeepsItsPlaceForAWhileOnly() throws IOException, InterruptedException {
        List<Socket> slow = new ArrayList<>();
        try (Http http = serve(2, HELLO)) {
            for (int i = 0; i < 2; i++) {
                slow.add(say(http, "GET /hello HTTP/1.1\r\nHost: here\r\n"));
            }
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> answers(http));
            for (Socket socket : slow) {
                socket.setSoTimeout(20_000);
                assertThat(socket.getInputStream().read()).as("it was cut off").isEqualTo(-1);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void whoDoesNotReadItsStreamLosesItAndWhoReadsKeepsIt() throws IOException, InterruptedException {
        CountDownLatch cut = new CountDownLatch(1);
        Endpoint flood = new Endpoint("GET", "/flood", asked -> {
            Asked.Stream stream = asked.stream("text/plain");
            String much = "x".repeat(1 << 20);
            try {
                while (true) {
                    stream.send(much);
                }
            } catch (IOException e) {
                cut.countDown();
                throw e;
            }
        });
        AtomicInteger parts = new AtomicInteger();
        Endpoint drip = new Endpoint("GET", "/drip", asked -> {
            Asked.Stream stream = asked.stream("text/plain");
            while (parts.get() < 40) {
                stream.send(parts.incrementAndGet() + "\n");
                boolean unused = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
            }
        });
        try (Http http = serve(2, HELLO, flood, drip);
                Socket deaf = say(http, "GET /flood HTTP/1.1\r\nHost: here\r\n\r\n");
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/drip"))
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .lines())
                    .as("4 s, each part of which is quick")
                    .hasSize(40);
            assertThat(cut.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(deaf.isConnected()).isTrue();
        }
    }

    @Test
    void whereThereIsATokenOnlyWhoHasItIsAnswered() throws IOException, InterruptedException {
        Http.Listen listen = new Http.Listen("127.0.0.1", 0, Optional.of("secret"), "--http");
        try (Http http = Http.serve(listen, List.of(HELLO))) {
            assertThat(status(http, "/hello")).isEqualTo(401);
            assertThat(status(http, "/nothing")).isEqualTo(401);
            assertThat(status(http, "/hello", "Authorization", "Bearer secrex")).isEqualTo(401);
            assertThat(status(http, "/hello", "Authorization", "Bearer secret")).isEqualTo(200);
        }
    }

    @Test
    void anAddressThatOthersReachNeedsAToken() {
        Http.Listen listen = new Http.Listen("0.0.0.0", 0, Optional.empty(), "--http");
        FailedException e = catchThrowableOfType(
                FailedException.class, () -> Http.serve(listen, List.of(HELLO)).close());
        assertThat(e.failure())
                .isInstanceOfSatisfying(
                        Failure.WrongUse.class,
                        wrong -> assertThat(wrong.remedy()).contains("CHANGEOVER_HTTP_TOKEN"));
    }

    @Test
    void aBugIsToldAsOneAndEndsNothingElse() throws IOException, InterruptedException {
        Endpoint bug = new Endpoint("GET", "/bug", asked -> {
            throw new IllegalStateException("with a secret in it");
        });
        try (Http http = serve(2, HELLO, bug)) {
            assertThat(status(http, "/bug")).isEqualTo(500);
            assertThat(status(http, "/hello")).isEqualTo(200);
        }
    }
}
