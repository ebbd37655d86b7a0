package dev.changeover;

/** A collection, named with its database. */
public record Namespace(String database, String collection) implements Comparable<Namespace> {
    /** Reads {@code database.collection}; only the first dot divides, as in MongoDB. */
    public static Namespace parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 1 || dot == text.length() - 1) {
            throw new IllegalArgumentException("'" + text + "' is not database.collection");
        }
        return new Namespace(text.substring(0, dot), text.substring(dot + 1));
    }

    @Override
    public int compareTo(Namespace other) {
        int byDatabase = database.compareTo(other.database);
        return byDatabase != 0 ? byDatabase : collection.compareTo(other.collection);
    }

    @Override
    public String toString() {
        return database + "." + collection;
    }
}
