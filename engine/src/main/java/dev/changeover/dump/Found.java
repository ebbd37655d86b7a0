package dev.changeover.dump;

import java.util.List;
import java.util.Optional;

/** What a path holds: collections, and the oplog of the time in which they were dumped. {@code remarks} are for a person. */
record Found(List<Stored> collections, Optional<Data> oplog, List<String> remarks) {
    Found {
        collections = List.copyOf(collections);
        remarks = List.copyOf(remarks);
    }
}
