package dev.changeover.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Another way to bring the documents into PostgreSQL, into a table of the schema {@code peer}, which is empty before. */
interface Peer {
    /** What {@code --only} calls it. */
    String word();

    /** Its name for a reader. */
    String about();

    /** What it does, and what it leaves out. */
    String fidelity();

    /** It would take too long with more documents than these. */
    int documentsMost();

    /** Why it cannot be had here. */
    default Optional<String> obstacle() throws InterruptedException {
        return Optional.empty();
    }

    default String table() {
        return Databases.COLLECTION;
    }

    /** Brings all documents of {@code databases} and returns how long that took, or its beginning and all of it. */
    List<Stretch> load(Databases databases) throws IOException, InterruptedException, SQLException;

    /** So many documents took so long, from the begin on; {@code goal} is how many times as fast the copy should be. */
    record Stretch(String about, int documents, Duration took, OptionalDouble goal) {
        double rate() {
            return documents / Databases.seconds(took);
        }
    }
}
