package dev.changeover.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
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

    /** How many times as fast the copy should be. */
    OptionalDouble goal(int documents);

    /** Why it cannot be had here. */
    default Optional<String> obstacle() throws InterruptedException {
        return Optional.empty();
    }

    default String table() {
        return Databases.COLLECTION;
    }

    /** Brings all documents and returns how long that took. */
    Duration load() throws IOException, InterruptedException, SQLException;
}
