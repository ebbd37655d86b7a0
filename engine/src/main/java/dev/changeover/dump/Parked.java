package dev.changeover.dump;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a stream open that can only be read from its beginning, so that whoever goes on where another has stopped need not
 * decompress all that is before. At most one. Thread-safe.
 */
final class Parked {
    private @Nullable Stream parked;

    /** One that goes on at {@code place}, if it is here. */
    synchronized Optional<Documents> take(long place) {
        Stream there = parked;
        if (there == null || there.place() != place) {
            return Optional.empty();
        }
        parked = null;
        return Optional.of(there);
    }

    /** Comes back here when it is closed. */
    Documents when(Documents opened) {
        return new Stream(opened);
    }

    private synchronized void put(Stream closed) {
        if (parked != null) {
            parked.in.close();
        }
        parked = closed;
    }

    synchronized void close() {
        if (parked != null) {
            parked.in.close();
            parked = null;
        }
    }

    /** Hands the last block out again, if it was not taken. */
    private final class Stream implements Documents {
        private final Documents in;
        private Optional<Block> last = Optional.empty();
        private boolean again;

        Stream(Documents in) {
            this.in = in;
        }

        /** Of the last block; -1 when there is none. */
        long place() {
            return last.map(block -> block.place(0)).orElse(-1L);
        }

        @Override
        public Optional<Block> next(long to) {
            if (again) {
                again = false;
            } else {
                last = in.next(to);
            }
            return last;
        }

        @Override
        public void close() {
            if (last.isEmpty()) {
                in.close();
            } else {
                again = true;
                put(this);
            }
        }
    }
}
