package dev.changeover.router;

/** One of the two databases. */
public enum Store {
    MONGO,
    POSTGRES
}
