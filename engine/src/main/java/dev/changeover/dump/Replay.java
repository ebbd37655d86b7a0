package dev.changeover.dump;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Ids;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.dump.Elements.Value;
import dev.changeover.source.DamagedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through an oplog in its order. What it gives is what mongorestore --oplogReplay would: a document that is inserted or
 * updated may be there or not, as the dump was taken while it was written. What is not understood stops it. Confined to one
 * thread, and repeatable.
 */
final class Replay {
    private static final Set<String> NOTHING = Set.of("n", "ci", "cd", "cu", "km");
    private static final Set<String> SERVERS_OWN = Set.of("admin", "local", "config", "");

    private final List<Stored> dumped;
    private final Data oplog;
    private final Set<String> committed;

    private Replay(List<Stored> dumped, Data oplog, Set<String> committed) {
        this.dumped = dumped;
        this.oplog = oplog;
        this.committed = committed;
    }

    /** The collections of a dump as they are at the end of its oplog, if it has one. */
    static List<Dump.Kept> of(Found found, long heapBytes) {
        if (found.oplog().isEmpty()) {
            return found.collections().stream()
                    .map(stored -> new Dump.Kept(stored, Changed.NOTHING))
                    .toList();
        }
        Data oplog = found.oplog().get();
        Replay replay = new Replay(found.collections(), oplog, committed(oplog));
        Map<Integer, Touched.Keys> keys = new HashMap<>();
        Living end = replay.run((collection, key, write) ->
                keys.computeIfAbsent(collection, Touched.Keys::new).add(key));
        return end.all()
                .map(one -> new Dump.Kept(
                        one.stored(),
                        keys.containsKey(one.number())
                                ? new Touched(
                                        replay,
                                        keys.get(one.number()),
                                        one.stored().data(),
                                        oplog.size(),
                                        heapBytes)
                                : Changed.NOTHING))
                .toList();
    }

    /**
     * Transactions of several entries that were committed. Their operations can be applied where they stand: until it ends
     * nobody else can write what a transaction has written.
     */
    private static Set<String> committed(Data oplog) {
        Set<String> open = new HashSet<>();
        Set<String> committed = new HashSet<>();
        each(
                oplog,
                entry -> entry.transaction().ifPresent(transaction -> {
                    boolean ends = entry.command().equals("commitTransaction");
                    boolean applies = entry.command().equals("applyOps");
                    if (!open.contains(transaction) && (ends || applies && entry.hasBefore())) {
                        throw entry.notUnderstood("a transaction has begun before the oplog does");
                    }
                    if (applies && (entry.is("partialTxn") || entry.is("prepare"))) {
                        open.add(transaction);
                    } else if (open.remove(transaction) && (ends || applies)) {
                        committed.add(transaction);
                    }
                }));
        return committed;
    }

    private interface Each {
        void entry(Entry entry);
    }

    private static void each(Data oplog, Each each) {
        try (Documents entries = oplog.from(0)) {
            for (Optional<Block> block = entries.next(Long.MAX_VALUE);
                    block.isPresent();
                    block = entries.next(Long.MAX_VALUE)) {
                for (int i = 0; i < block.get().size(); i++) {
                    each.entry(new Entry(Arrays.copyOfRange(
                            block.get().bytes(),
                            block.get().offset(i),
                            block.get().end(i))));
                }
            }
        } catch (DamagedException e) {
            throw e.failed();
        }
    }

    /** What a write makes of its document; null stands for none. */
    interface Write {
        byte @Nullable [] after(byte @Nullable [] before);
    }

    /** Hears every write, by its collection's number and its document's key. */
    interface Hears {
        void write(int collection, IdBound key, Write write);
    }

    /** Goes through all of it, and returns the collections that there are then. */
    Living run(Hears hears) {
        Living living = new Living(dumped);
        each(oplog, entry -> {
            try {
                handle(entry, living, hears);
            } catch (MalformedBsonException e) {
                throw entry.notUnderstood("the oplog has " + e.getMessage());
            }
        });
        return living;
    }

    private void handle(Entry entry, Living living, Hears hears) {
        if (NOTHING.contains(entry.kind())) {
            return;
        }
        boolean waits = entry.transaction().isPresent() && (entry.is("partialTxn") || entry.is("prepare"));
        if (waits && !committed.contains(entry.transaction().get())) {
            return; // it was given up, or had not ended when the dump did
        }
        switch (entry.kind()) {
            case "c" -> command(entry, living, hears);
            case "i", "u", "d" -> write(entry, living, hears);
            default -> throw entry.notUnderstood("the oplog has an operation that is not known");
        }
    }

    private void command(Entry entry, Living living, Hears hears) {
        if (entry.command().equals("applyOps")) {
            entry.operations().forEach(one -> handle(one, living, hears));
        } else if (!SERVERS_OWN.contains(database(entry)) || entry.transaction().isPresent()) {
            living.command(entry);
        }
    }

    private static String database(Entry entry) {
        return entry.namespace().substring(0, Math.max(0, entry.namespace().indexOf('.')));
    }

    private static void write(Entry entry, Living living, Hears hears) {
        if (SERVERS_OWN.contains(database(entry))) {
            return;
        }
        Namespace namespace = Namespace.parse(entry.namespace());
        boolean inserts = entry.kind().equals("i");
        if (namespace.collection().startsWith("system.")) { // views and time series, which are not copied
            if (inserts && namespace.collection().equals("system.indexes")) {
                living.legacyIndex(entry);
            }
            return;
        }
        byte[] object = entry.object();
        IdBound key = key(entry.kind().equals("u") ? entry.object2() : object, entry);
        Write write = inserts ? before -> object : entry.kind().equals("d") ? before -> null : update(key, entry);
        hears.write(living.of(namespace).number(), key, write);
    }

    private static IdBound key(byte[] document, Entry entry) {
        if (document.length == 5) {
            throw entry.notUnderstood("the oplog has a write that names no document");
        }
        return Ids.of(document, 0, document.length);
    }

    private static Write update(IdBound key, Entry entry) {
        byte[] object = entry.object();
        Map<String, Value> fields = Elements.map(object);
        Value version = fields.get("$v");
        Value diff = fields.get("diff");
        if (version != null && version.number() == 2 && diff != null && diff.is(BsonType.DOCUMENT)) {
            return before -> DocumentDiff.apply(before == null ? key.document() : before, diff.bytes());
        }
        if (fields.containsKey("$set") || fields.containsKey("$unset") || version != null && version.number() == 1) {
            boolean known = fields.keySet().stream().allMatch(Set.of("$v", "$set", "$unset")::contains);
            if (known) {
                return before -> Modifiers.apply(before == null ? key.document() : before, object);
            }
        }
        if (fields.keySet().stream().anyMatch(name -> name.startsWith("$"))) {
            throw entry.notUnderstood("the oplog has an update of an unknown form");
        }
        byte[] whole = fields.containsKey("_id") ? object : withKey(key, object);
        return before -> whole;
    }

    private static byte[] withKey(IdBound key, byte[] object) {
        BsonWriter out = Elements.begin(object.length);
        Elements.each(key.document(), (name, value) -> Elements.write(out, name, value));
        Elements.each(object, (name, value) -> Elements.write(out, name, value));
        return Elements.end(out);
    }
}
