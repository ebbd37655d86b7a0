package dev.changeover.demo;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.bson.types.ObjectId;

/**
 * Looks at PostgreSQL while it follows: again and again it writes a marker to MongoDB, and asks PostgreSQL for the
 * books until the marker is there. Confined to one thread.
 */
final class Watching {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_MILLIS = 15;
    private static final long MARKER_MILLIS = 60;

    private final MongoCollection<Document> reviews;
    private final Shop.Opened shop;
    private final Books books;
    private final long pieces;

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<Duration> lags = new ArrayList<>();
    private final Set<Long> seen = new HashSet<>();
    private long cutBefore = -1;
    private long cut;
    private long looks;
    private long wrong;
    private Optional<Books.Look> firstWrong = Optional.empty();

    /** {@code pieces} is the sum that every look must show. */
    Watching(MongoDatabase database, Shop.Opened shop, Books books, long pieces) {
        reviews = database.getCollection("reviews");
        this.shop = shop;
        this.books = books;
        this.pieces = pieces;
    }

    /** What must go on meanwhile; throws if it does not. */
    interface Check {
        void still();
    }

    /** Writes a marker and looks until PostgreSQL shows it: everything written before is then there too. */
    Duration marker(Check check) throws InterruptedException {
        ObjectId id = new ObjectId();
        Document review = new Document("_id", id)
                .append("product", shop.products().getFirst().id())
                .append("user", shop.users().getFirst())
                .append("rating", 5)
                .append("text", "Came in no time.")
                .append("at", Instant.ofEpochSecond(id.getTimestamp()));
        long begun = System.nanoTime();
        reviews.insertOne(review);
        while (!look(id.toHexString()).arrived()) {
            check.still();
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IllegalStateException("PostgreSQL has not shown a write of " + PATIENCE + " ago");
            }
            pause(LOOK_MILLIS);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private Books.Look look(String marker) {
        Books.Look look = books.look(marker);
        looks++;
        seen.add(look.cut());
        cut = look.cut();
        cutBefore = cutBefore < 0 ? cut : cutBefore;
        if (look.pieces() != pieces) {
            wrong++;
            firstWrong = firstWrong.or(() -> Optional.of(look));
        }
        return look;
    }

    /** One marker more for the figures, and a rest. */
    void round(Check check) throws InterruptedException {
        lags.add(marker(check));
        pause(MARKER_MILLIS);
    }

    private void pause(long millis) throws InterruptedException {
        boolean unused = never.await(millis, TimeUnit.MILLISECONDS);
    }

    /** After at least one round; {@code rows} are those written. */
    Scene.Followed followed(long rows) {
        List<Duration> sorted = lags.stream().sorted().toList();
        return new Scene.Followed(
                cut - cutBefore, rows, lags.getLast(), sorted.get(sorted.size() / 2), sorted.getLast());
    }

    Scene.Looks looks() {
        return new Scene.Looks(pieces, looks, wrong, seen.size());
    }

    /** True when PostgreSQL was looked at, and never showed another sum. */
    boolean right() {
        return looks > 0 && wrong == 0;
    }

    Optional<String> mistake() {
        return firstWrong.map(look -> "wrong: " + Demo.number(look.pieces()) + " pieces at cut "
                + Demo.number(look.cut()) + ", in MongoDB there are always " + Demo.number(pieces));
    }
}
