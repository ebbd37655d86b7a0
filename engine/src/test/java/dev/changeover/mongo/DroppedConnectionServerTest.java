package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import dev.changeover.source.ChunkReader;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections to MongoDB that are cut, refused or stalled. */
class DroppedConnectionServerTest {
    private FaultyProxy proxy;
    private Mongo mongo;
    private Chunk chunk;
    private ClusterTime t0;

    @BeforeEach
    void connect() {
        String uri = TestServers.freshMongoDatabase();
        Namespace namespace = new Namespace(Objects.requireNonNull(new ConnectionString(uri).getDatabase()), "c");
        try (MongoClient client = MongoClients.create(uri)) {
            client.getDatabase(namespace.database())
                    .getCollection("c")
                    .insertMany(IntStream.range(0, 40)
                            .mapToObj(i -> new Document("_id", i).append("text", "x".repeat(500_000)))
                            .toList());
        }
        proxy = FaultyProxy.before(uri);
        String through = proxy.through(uri);
        mongo = Mongo.connect(through + (through.contains("?") ? "&" : "?")
                + "socketTimeoutMS=1500&serverSelectionTimeoutMS=1500&heartbeatFrequencyMS=500");
        chunk = mongo.split(namespace, 1L << 40).getFirst();
        t0 = mongo.note("t0");
    }

    @AfterEach
    void disconnect() {
        mongo.close();
        proxy.close();
    }

    private int readAll() throws InterruptedException {
        int documents = 0;
        try (ChunkReader reader = mongo.read(chunk, t0)) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                documents += batch.get().size();
            }
        }
        return documents;
    }

    private Failure failureOfReading() {
        return assertThrows(FailedException.class, this::readAll).failure();
    }

    @Test
    void aChunkCutInTheMiddleOfABatchFailsAsTransientAndCanBeReadAgain() throws InterruptedException {
        proxy.cutAfter(7_000_000);
        assertThat(failureOfReading()).isInstanceOf(Failure.Transient.class);
        proxy.mend();
        assertThat(readAll()).isEqualTo(40);
    }

    /** The cursor may still be there when the next batch is asked for over a new connection; nothing is skipped then. */
    @Test
    void aCutBetweenBatchesFailsAsTransientOrLosesNothing() throws InterruptedException {
        int documents = 0;
        try (ChunkReader reader = mongo.read(chunk, t0)) {
            documents += reader.next().orElseThrow().size();
            proxy.cut();
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                documents += batch.get().size();
            }
            assertThat(documents).isEqualTo(40);
        } catch (FailedException e) {
            assertThat(e.failure()).isInstanceOf(Failure.Transient.class);
        }
        assertThat(readAll()).isEqualTo(40);
    }

    @Test
    void aServerThatSaysNothingMoreIsGivenUpInTime() throws InterruptedException {
        try (ChunkReader reader = mongo.read(chunk, t0)) {
            reader.next();
            proxy.stall();
            assertThat(assertThrows(FailedException.class, reader::next).failure())
                    .isInstanceOf(Failure.Transient.class);
            proxy.mend();
        }
        assertThat(readAll()).isEqualTo(40);
    }

    @Test
    void aNoteOutlivesAShortOutage() throws InterruptedException {
        proxy.refuse();
        proxy.cut();
        Thread mender = Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(Duration.ofSeconds(2));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            proxy.mend();
        });
        assertThat(mongo.note("after")).isGreaterThan(t0);
        mender.join();
    }

    @Test
    void refusedConnectionsFailAsTransientWhileReading() {
        proxy.refuse();
        proxy.cut();
        assertThat(failureOfReading()).isInstanceOf(Failure.Transient.class);
    }
}
