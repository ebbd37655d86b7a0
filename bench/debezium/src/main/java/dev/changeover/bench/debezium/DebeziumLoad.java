package dev.changeover.bench.debezium;

import io.debezium.connector.jdbc.JdbcSinkConnectorTask;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Debezium's snapshot of one collection, put into one table by its JDBC sink, both in this process and without Kafka between
 * them. Arguments: MongoDB's URI, the collection with its database, PostgreSQL's JDBC URL, its user, the table, how many
 * documents. Prints the seconds from the engine's start until the sink has taken the last one.
 */
public final class DebeziumLoad {
    private final int documents;
    private final JdbcSinkConnectorTask sink = new JdbcSinkConnectorTask();
    private final CountDownLatch all = new CountDownLatch(1);
    private final AtomicReference<String> failure = new AtomicReference<>();
    private int taken;

    private DebeziumLoad(int documents) {
        this.documents = documents;
    }

    public static void main(String[] arguments) throws Exception {
        DebeziumLoad load = new DebeziumLoad(Integer.parseInt(arguments[5]));
        long begun = System.nanoTime();
        load.sink.initialize((SinkTaskContext) Proxy.newProxyInstance(
                DebeziumLoad.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, values) -> method.getReturnType().equals(Set.class) ? Set.of() : null));
        load.sink.start(sink(arguments));
        load.run(source(arguments));
        System.out.println("seconds " + (System.nanoTime() - begun) / 1e9);
        System.exit(0);
    }

    private static Map<String, String> sink(String... arguments) {
        return Map.of(
                "connection.url", arguments[2],
                "connection.username", arguments[3],
                "connection.password", "none",
                "insert.mode", "upsert",
                "primary.key.mode", "record_key",
                "schema.evolution", "basic",
                "collection.name.format", arguments[4],
                "batch.size", "2000",
                "use.reduction.buffer", "false");
    }

    private static Properties source(String... arguments) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "name", "bench",
                "connector.class", "io.debezium.connector.mongodb.MongoDbConnector",
                "mongodb.connection.string", arguments[0],
                "collection.include.list", arguments[1],
                "topic.prefix", "bench",
                "snapshot.mode", "initial",
                "offset.storage", "org.apache.kafka.connect.storage.MemoryOffsetBackingStore",
                "max.batch.size", "8192",
                "max.queue.size", "32768"));
        settings.putAll(Map.of(
                "offset.flush.interval.ms", "10000",
                "transforms", "unwrap",
                "transforms.unwrap.type", "io.debezium.connector.mongodb.transforms.ExtractNewDocumentState",
                "transforms.unwrap.flatten.struct", "true"));
        return settings;
    }

    private void run(Properties settings) throws InterruptedException, IOException {
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using((success, message, error) -> {
                    if (!success) {
                        failure.set(message + " " + error);
                    }
                    all.countDown();
                })
                .notifying(this::take)
                .build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        thread.execute(engine);
        all.await();
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
    }

    private void take(
            List<RecordChangeEvent<SourceRecord>> events,
            DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        List<SinkRecord> records = new ArrayList<>(events.size());
        for (RecordChangeEvent<SourceRecord> event : events) {
            SourceRecord record = event.record();
            records.add(new SinkRecord(
                    record.topic(), 0, record.keySchema(), record.key(), record.valueSchema(), record.value(), taken + records.size()));
            committer.markProcessed(event);
        }
        sink.put(records);
        committer.markBatchFinished();
        taken += records.size();
        if (taken >= documents) {
            sink.flush(Map.of());
            all.countDown();
        }
    }
}
