package dev.changeover.bench.debezium;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Updates;
import io.debezium.connector.jdbc.JdbcSinkConnectorTask;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceRecord;
import org.bson.Document;

/**
 * Debezium's snapshot of one collection, and its streaming of changes, put into one table by its JDBC sink, both in this
 * process and without Kafka between them. Arguments: MongoDB's URI, the collection with its database, PostgreSQL's JDBC URL,
 * its user, the table, how many documents, and {@code snapshot} or {@code changes}. Prints the seconds from the engine's start
 * until the sink has taken the last document; or those from the end of one update of every document, which is made after
 * that, until it has taken the last of these changes.
 */
public final class DebeziumLoad {
    private final JdbcSinkConnectorTask sink = new JdbcSinkConnectorTask();
    private String failure = "";
    private int taken;

    private DebeziumLoad() {}

    public static void main(String[] arguments) throws Exception {
        int documents = Integer.parseInt(arguments[5]);
        DebeziumLoad load = new DebeziumLoad();
        long begun = System.nanoTime();
        load.sink.initialize((SinkTaskContext) Proxy.newProxyInstance(
                DebeziumLoad.class.getClassLoader(),
                new Class<?>[] {SinkTaskContext.class},
                (proxy, method, values) -> method.getReturnType().equals(Set.class) ? Set.of() : null));
        load.sink.start(sink(arguments));
        load.run(source(arguments));
        load.awaitTaken(documents);
        if (arguments[6].equals("changes")) {
            updateAll(arguments[0], arguments[1]);
            begun = System.nanoTime();
            load.awaitTaken(2 * documents);
        }
        System.out.println("seconds " + (System.nanoTime() - begun) / 1e9);
        System.exit(0);
    }

    private static void updateAll(String uri, String namespace) {
        int dot = namespace.indexOf('.');
        try (MongoClient client = MongoClients.create(uri)) {
            client.getDatabase(namespace.substring(0, dot))
                    .getCollection(namespace.substring(dot + 1))
                    .updateMany(new Document(), Updates.inc("visits", 1L));
        }
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

    private void run(Properties settings) {
        DebeziumEngine<RecordChangeEvent<SourceRecord>> engine = DebeziumEngine.create(
                        ChangeEventFormat.of(Connect.class))
                .using(settings)
                .using((success, message, error) -> ended(message + " " + error))
                .notifying(this::take)
                .build();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        thread.execute(engine);
    }

    private synchronized void ended(String why) {
        failure = why;
        notifyAll();
    }

    private synchronized void awaitTaken(int wanted) throws InterruptedException {
        while (taken < wanted) {
            if (!failure.isEmpty()) {
                throw new IllegalStateException(failure);
            }
            wait();
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
        sink.flush(Map.of());
        took(records.size());
    }

    private synchronized void took(int more) {
        taken += more;
        notifyAll();
    }
}
