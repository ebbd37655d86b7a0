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

/**
 * Makes users: documents of about 442 bytes that become 13 columns, three of them jsonb. The same seed and number give
 * the same documents.
 */
final class DataMaker {
    private static final int BATCH = 1000;
    private static final int EPOCH = 1_600_000_000;
    private static final String[] TOWNS = {
        "Lisbon", "Utrecht", "Nairobi", "Osaka", "Quito", "Tampere", "Austin", "Perth"
    };
    private static final String[] TAGS = {"new", "vip", "wholesale", "newsletter", "beta", "returns"};

    private final long seed;

    DataMaker(long seed) {
        this.seed = seed;
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
            for (int i = 0; i < documents; i++) {
                RawBsonDocument document = document(i);
                bytes += document.getByteBuffer().remaining();
                batch.add(document);
                if (batch.size() == BATCH || i == documents - 1) {
                    into.insertMany(batch, unordered);
                    batch.clear();
                }
            }
        }
        return bytes;
    }

    RawBsonDocument document(int i) {
        SplittableRandom random = new SplittableRandom(seed + i * 0x9E37_79B9_7F4A_7C15L);
        try (BasicOutputBuffer buffer = new BasicOutputBuffer(512);
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.writeStartDocument();
            scalars(writer, i, random);
            address(writer, random);
            tags(writer, random);
            settings(writer, random);
            writer.writeEndDocument();
            return new RawBsonDocument(buffer.toByteArray());
        }
    }

    private static void scalars(BsonBinaryWriter writer, int i, SplittableRandom random) {
        String name = word(random, 6) + " " + word(random, 9);
        writer.writeObjectId("_id", new ObjectId(EPOCH + i / 100, i));
        writer.writeString("email", name.replace(' ', '.') + i + "@example.com");
        writer.writeString("name", name);
        writer.writeInt32("age", 18 + random.nextInt(60));
        writer.writeDouble("balance", random.nextInt(1_000_000) / 100.0);
        writer.writeInt64("visits", random.nextLong(1L << 40));
        writer.writeBoolean("active", random.nextBoolean());
        writer.writeDateTime("createdAt", EPOCH * 1000L + random.nextLong(100_000_000_000L));
    }

    private static void address(BsonBinaryWriter writer, SplittableRandom random) {
        writer.writeStartDocument("address");
        writer.writeString("street", random.nextInt(1, 300) + " " + word(random, 12) + " Street");
        writer.writeString("town", TOWNS[random.nextInt(TOWNS.length)]);
        writer.writeString("postcode", "" + random.nextInt(10_000, 99_999));
        writer.writeDouble("lat", random.nextInt(1_800_000) / 10_000.0 - 90);
        writer.writeDouble("lon", random.nextInt(3_600_000) / 10_000.0 - 180);
        writer.writeEndDocument();
    }

    private static void tags(BsonBinaryWriter writer, SplittableRandom random) {
        writer.writeStartArray("tags");
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            writer.writeString(TAGS[random.nextInt(TAGS.length)]);
        }
        writer.writeEndArray();
    }

    private static void settings(BsonBinaryWriter writer, SplittableRandom random) {
        writer.writeStartDocument("settings");
        writer.writeString("theme", random.nextBoolean() ? "dark" : "light");
        writer.writeInt32("fontSize", random.nextInt(10, 20));
        writer.writeBoolean("mails", random.nextBoolean());
        writer.writeString("note", word(random, 63));
        writer.writeEndDocument();
    }

    private static String word(SplittableRandom random, int length) {
        char[] letters = new char[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (char) ('a' + random.nextInt(26));
        }
        return new String(letters);
    }
}
