package dev.changeover.dump;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import dev.changeover.mapping.DerivedId;
import dev.changeover.source.DamagedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The documents of a collection that the oplog has written to. They are made when they are asked for: those of a part are taken
 * from the data in one way through it, and then the oplog is applied to them. So nothing is stored. Thread-safe.
 */
final class Touched implements Changed {
    /** Parts that several workers hold at once are to fit the memory. */
    private static final int SHARE_OF_HEAP = 24;

    private final Replay replay;
    private final Keys keys;
    private final Data data;
    private final int parts;

    Touched(Replay replay, Keys keys, Data data, Data.Size oplog, long heapBytes) {
        this.replay = replay;
        this.keys = keys;
        this.data = data;
        Data.Size size = data.size();
        long usual = size.documents() == 0 ? 1_000 : size.bytes() / size.documents();
        long bytes = oplog.bytes() + keys.size() * (usual + 200);
        parts = (int) Math.max(1, Math.min(1_000_000, bytes * SHARE_OF_HEAP / heapBytes));
    }

    /** The keys of a collection's documents. Filled by one thread, then read by any. */
    static final class Keys {
        private final KeySet set = new KeySet();
        private final int collection;
        private final Namespace space;

        Keys(int collection) {
            this.collection = collection;
            space = new Namespace("oplog", Integer.toString(collection));
        }

        void add(IdBound key) {
            set.add(DerivedId.of(space, key));
        }

        int size() {
            return set.size();
        }
    }

    private UUID id(Block block, int i) {
        return DerivedId.of(keys.space, Ids.of(block, i));
    }

    @Override
    public boolean touches(Block block, int i) {
        return keys.set.contains(id(block, i));
    }

    @Override
    public int parts() {
        return parts;
    }

    @Override
    public Optional<List<byte[]>> part(int part, int of) {
        Map<UUID, Optional<byte[]>> documents = new LinkedHashMap<>();
        try (Documents in = data.from(0)) {
            for (Optional<Block> block = in.next(Places.CHANGES); block.isPresent(); block = in.next(Places.CHANGES)) {
                take(block.get(), id -> KeySet.part(id, of) == part, documents);
            }
        } catch (DamagedException e) {
            throw e.failed();
        }
        Living unused = replay.run((collection, key, write) -> {
            if (collection == keys.collection) {
                UUID id = DerivedId.of(keys.space, key);
                if (KeySet.part(id, of) == part) {
                    byte[] before = Objects.requireNonNullElse(documents.get(id), Optional.<byte[]>empty())
                            .orElse(null);
                    documents.put(id, Optional.ofNullable(write.after(before)));
                }
            }
        });
        List<byte[]> there = new ArrayList<>();
        documents.values().forEach(document -> document.ifPresent(there::add));
        return there.isEmpty() ? Optional.empty() : Optional.of(there);
    }

    /** Of a document that the data have more than once the last one counts. */
    private void take(Block block, Predicate<UUID> wanted, Map<UUID, Optional<byte[]>> documents) {
        for (int i = 0; i < block.size(); i++) {
            UUID id = id(block, i);
            if (keys.set.contains(id) && wanted.test(id)) {
                documents.put(id, Optional.of(Arrays.copyOfRange(block.bytes(), block.offset(i), block.end(i))));
            }
        }
    }
}
