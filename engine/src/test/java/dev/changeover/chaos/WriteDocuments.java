package dev.changeover.chaos;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.MaxKey;
import org.bson.types.ObjectId;

/** What the writers write, by chance from a seed: few enough keys that writes meet. Confined to one thread. */
final class WriteDocuments {
    static final int CUSTOMERS = 300;
    private static final int KEYS = 1_200;
    private static final int ORDERS = 3_000;

    private final SplittableRandom random;

    WriteDocuments(SplittableRandom random) {
        this.random = random;
    }

    /** Of many types; equal numbers come as each of the four, so that a key changes its bytes when it is written anew. */
    Object id() {
        int k = random.nextInt(KEYS);
        return switch (k % 8) {
            case 0, 1 -> number(k);
            case 2 -> "user" + k;
            case 3 -> new Document("a", k).append("b", "x");
            case 4 -> new Binary(new byte[] {(byte) k, (byte) (k >> 8)});
            case 5 -> Instant.ofEpochMilli(k);
            case 6 -> k < 100 ? (Object) new MaxKey() : k % 2 == 0;
            default ->
                new ObjectId(
                        ByteBuffer.allocate(12).putInt(0x60000000).putLong(k).array());
        };
    }

    private Object number(int k) {
        return switch (random.nextInt(4)) {
            case 0 -> k;
            case 1 -> (long) k;
            case 2 -> (double) k;
            default -> new Decimal128(k);
        };
    }

    int orderId() {
        return random.nextInt(ORDERS);
    }

    Document user() {
        Document user = new Document("email", "e" + random.nextInt(100_000))
                .append("name", text())
                .append("age", random.nextInt(20) == 0 ? anything() : (Object) random.nextInt(100))
                .append("tags", tags());
        if (random.nextInt(4) == 0) {
            user.append("address", new Document("city", text()).append("zip", "" + random.nextInt(10_000)));
        }
        return user;
    }

    private List<String> tags() {
        List<String> tags = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            tags.add("tag" + random.nextInt(20));
        }
        return tags;
    }

    Document order() {
        List<Document> items = new ArrayList<>();
        for (int n = random.nextInt(5); n > 0; n--) {
            items.add(item());
        }
        return new Document("customer", random.nextInt(CUSTOMERS))
                .append("note", text())
                .append("items", items);
    }

    Document item() {
        Document item = new Document("sku", "s" + random.nextInt(500)).append("price", random.nextDouble());
        return random.nextInt(8) == 0 ? item.append("gift", List.of(text(), new Document("paper", "red"))) : item;
    }

    String text() {
        return random.nextInt(50) == 0 ? "nul \u0000 é" : "t".repeat(random.nextInt(60)) + random.nextInt(1_000);
    }

    /** What a plan does not expect where it stands. */
    Object anything() {
        return switch (random.nextInt(5)) {
            case 0 -> "n/a";
            case 1 -> new Document("deep", List.of(1, "two", new Document("x", 3.5)));
            case 2 -> List.of(item(), 5, "mixed");
            case 3 -> new Decimal128(random.nextInt());
            default -> random.nextLong();
        };
    }
}
