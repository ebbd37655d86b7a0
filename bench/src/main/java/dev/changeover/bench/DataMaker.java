package dev.changeover.bench;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.InsertManyOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.BsonBinaryWriter;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.bson.types.ObjectId;

/** Makes documents. The same seed, shape and number give the same documents. */
final class DataMaker {
    private static final int BATCH = 1_000;
    private static final int BATCH_BYTES = 8 << 20;
    private static final int EPOCH = 1_600_000_000;

    private final long seed;
    private final Shape shape;

    DataMaker(long seed, Shape shape) {
        this.seed = seed;
        this.shape = shape;
    }

    /** Returns the bytes of BSON written. */
    long load(String uri, String database, String collection, int documents) {
        long bytes = 0;
        try (MongoClient client = MongoClients.create(uri)) {
            MongoCollection<RawBsonDocument> into = client.getDatabase(database)
                    .getCollection(collection, RawBsonDocument.class)
                    .withWriteConcern(WriteConcern.W1);
            InsertManyOptions unordered = new InsertManyOptions().ordered(false);
            List<RawBsonDocument> batch = new ArrayList<>(BATCH);
            long batched = 0;
            for (int i = 0; i < documents; i++) {
                RawBsonDocument document = document(i);
                batched += document.getByteBuffer().remaining();
                batch.add(document);
                if (batch.size() == BATCH || batched > BATCH_BYTES || i == documents - 1) {
                    into.insertMany(batch, unordered);
                    batch.clear();
                    bytes += batched;
                    batched = 0;
                }
            }
        }
        return bytes;
    }

    private RawBsonDocument document(int i) {
        SplittableRandom random = new SplittableRandom(seed + i * 0x9E37_79B9_7F4A_7C15L);
        try (BasicOutputBuffer buffer = new BasicOutputBuffer(512);
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.writeStartDocument();
            writer.writeObjectId("_id", new ObjectId(EPOCH + i / 100, i));
            shape.fields().write(writer, i, random);
            writer.writeEndDocument();
            return new RawBsonDocument(buffer.toByteArray());
        }
    }
}
