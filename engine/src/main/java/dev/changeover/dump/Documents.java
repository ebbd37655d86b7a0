package dev.changeover.dump;

import java.util.Optional;

/** A collection's documents in the order of its data. Confined to one thread. */
interface Documents extends AutoCloseable {
    /**
     * The next documents that begin before the place {@code to}, or empty. Fails with
     * {@link dev.changeover.source.DamagedException} at what cannot be read, after all that is before it.
     */
    Optional<Block> next(long to);

    @Override
    void close();
}
