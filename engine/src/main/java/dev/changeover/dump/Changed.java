package dev.changeover.dump;

import java.util.List;
import java.util.Optional;

/** What the oplog has made of a collection's documents: those that it touched are taken from here and not from the data. */
interface Changed {
    /** Of a dump without an oplog. */
    Changed NOTHING = new Changed() {
        @Override
        public boolean touches(Block block, int i) {
            return false;
        }

        @Override
        public int parts() {
            return 0;
        }

        @Override
        public Optional<List<byte[]>> part(int part, int of) {
            return Optional.empty();
        }
    };

    /** Whether document {@code i} is one of those. */
    boolean touches(Block block, int i);

    /** In how many parts they are best made. */
    int parts();

    /** The documents of a part of {@code of} as they are at the end of the oplog; empty where there are none. */
    Optional<List<byte[]>> part(int part, int of);
}
