package dev.changeover.bench;

import java.util.List;
import java.util.SplittableRandom;
import org.bson.BsonBinaryWriter;
import org.bson.BsonWriter;

/**
 * A kind of documents; {@code perUser} of them have about the bytes of one user's document. Which values are in a document
 * depends on {@code random} alone.
 */
record Shape(String name, double perUser, Fields fields) {
    private static final long EPOCH_MILLIS = 1_600_000_000_000L;
    private static final String[] TOWNS = {
        "Lisbon", "Utrecht", "Nairobi", "Osaka", "Quito", "Tampere", "Austin", "Perth"
    };
    private static final String[] TAGS = {"new", "vip", "wholesale", "newsletter", "beta", "returns"};

    /** About 442 bytes that become 13 columns, three of them jsonb. */
    static final Shape USERS = new Shape("users", 1, Shape::user);

    /** About 1,500 bytes: an array of some lines, each with a price; 7 columns, two of them jsonb. */
    static final Shape ORDERS = new Shape("orders", 0.3, Shape::order);

    /** Very small ones. */
    static final Shape TINY = new Shape("tiny", 5, (writer, i, random) -> writer.writeInt32("n", random.nextInt()));

    /** About 256 kB each, nearly all of it in one array of subdocuments. */
    static final Shape LARGE = new Shape("large", 0.0017, Shape::large);

    /** Of 120 scalar fields. */
    static final Shape WIDE = wide(120);

    static final List<Shape> ALL = List.of(USERS, ORDERS, WIDE, TINY, LARGE);

    /** Writes what comes after {@code _id}. */
    interface Fields {
        void write(BsonBinaryWriter writer, int i, SplittableRandom random);
    }

    /** Of so many scalar fields, of five types in turn. */
    static Shape wide(int columns) {
        return new Shape(columns == 120 ? "wide" : columns + " columns", 20.0 / columns, (writer, i, random) -> {
            for (int c = 0; c < columns; c++) {
                scalar(writer, "field" + c, c % 5, random);
            }
        });
    }

    /** How many there are where there would be {@code users} documents of users. */
    int documents(int users) {
        return (int) Math.max(50, Math.round(users * perUser));
    }

    private static void scalar(BsonWriter writer, String name, int kind, SplittableRandom random) {
        switch (kind) {
            case 0 -> writer.writeInt32(name, random.nextInt());
            case 1 -> writer.writeString(name, word(random, 12));
            case 2 -> writer.writeDouble(name, random.nextInt(1_000_000) / 100.0);
            case 3 -> writer.writeBoolean(name, random.nextBoolean());
            default -> writer.writeDateTime(name, EPOCH_MILLIS + random.nextLong(100_000_000_000L));
        }
    }

    private static void user(BsonWriter writer, int i, SplittableRandom random) {
        String name = word(random, 6) + " " + word(random, 9);
        writer.writeString("email", name.replace(' ', '.') + i + "@example.com");
        writer.writeString("name", name);
        writer.writeInt32("age", 18 + random.nextInt(60));
        writer.writeDouble("balance", random.nextInt(1_000_000) / 100.0);
        writer.writeInt64("visits", random.nextLong(1L << 40));
        writer.writeBoolean("active", random.nextBoolean());
        writer.writeDateTime("createdAt", EPOCH_MILLIS + random.nextLong(100_000_000_000L));
        address(writer, random);
        tags(writer, random);
        writer.writeStartDocument("settings");
        writer.writeString("theme", random.nextBoolean() ? "dark" : "light");
        writer.writeInt32("fontSize", random.nextInt(10, 20));
        writer.writeBoolean("mails", random.nextBoolean());
        writer.writeString("note", word(random, 63));
        writer.writeEndDocument();
    }

    private static void address(BsonWriter writer, SplittableRandom random) {
        writer.writeStartDocument("address");
        writer.writeString("street", random.nextInt(1, 300) + " " + word(random, 12) + " Street");
        writer.writeString("town", TOWNS[random.nextInt(TOWNS.length)]);
        writer.writeString("postcode", "" + random.nextInt(10_000, 99_999));
        writer.writeDouble("lat", random.nextInt(1_800_000) / 10_000.0 - 90);
        writer.writeDouble("lon", random.nextInt(3_600_000) / 10_000.0 - 180);
        writer.writeEndDocument();
    }

    private static void tags(BsonWriter writer, SplittableRandom random) {
        writer.writeStartArray("tags");
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            writer.writeString(TAGS[random.nextInt(TAGS.length)]);
        }
        writer.writeEndArray();
    }

    private static void order(BsonWriter writer, int i, SplittableRandom random) {
        writer.writeInt64("number", i);
        writer.writeString("customer", word(random, 14));
        writer.writeString("state", random.nextBoolean() ? "paid" : "open");
        writer.writeDateTime("placedAt", EPOCH_MILLIS + random.nextLong(100_000_000_000L));
        address(writer, random);
        lines(writer, random.nextInt(4, 16), random);
    }

    private static void large(BsonWriter writer, int i, SplittableRandom random) {
        writer.writeString("title", word(random, 20));
        lines(writer, 2_300, random);
    }

    private static void lines(BsonWriter writer, int count, SplittableRandom random) {
        writer.writeStartArray("lines");
        for (int line = 0; line < count; line++) {
            writer.writeStartDocument();
            writer.writeString("article", word(random, 10));
            writer.writeInt32("pieces", random.nextInt(1, 9));
            writer.writeDouble("price", random.nextInt(100_000) / 100.0);
            writer.writeString("note", word(random, 24));
            writer.writeEndDocument();
        }
        writer.writeEndArray();
    }

    private static String word(SplittableRandom random, int length) {
        char[] letters = new char[length];
        for (int i = 0; i < length; i++) {
            letters[i] = (char) ('a' + random.nextInt(26));
        }
        return new String(letters);
    }
}
