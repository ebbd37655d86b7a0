package dev.changeover.reverse;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mongo.FencedWriter;
import dev.changeover.mongo.FencedWriter.RefusedWrite;
import dev.changeover.mongo.FencedWriter.Write;
import dev.changeover.reverse.Dirty.Outcome;
import dev.changeover.state.ReverseQueue.Held;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings some documents to their rows in one MongoDB transaction; those it does not take are left out of it. */
final class Transfer {
    private static final String DURING = "write to MongoDB what changed in PostgreSQL";

    private final FencedWriter writer;
    private final Map<Namespace, CollectionWriter> collections;
    private final Station.Listener stations;
    private final Map<Dirty, String> refused = new LinkedHashMap<>();
    /** Values of a unique index may change hands: MongoDB checks each write by itself, so all go before any comes. */
    private boolean anew;

    Transfer(FencedWriter writer, Map<Namespace, CollectionWriter> collections, Station.Listener stations) {
        this.writer = writer;
        this.collections = collections;
        this.stations = stations;
    }

    record Done(long written, List<Held> held) {
        static final Done NOTHING = new Done(0, List.of());
    }

    Done bring(List<Dirty> dirty) throws InterruptedException {
        while (true) {
            Map<Write, Dirty> writes = new LinkedHashMap<>();
            try {
                long written = writer.transaction(DURING, transaction -> {
                    Map<Dirty, Outcome> outcomes = decide(transaction, dirty);
                    stations.reached(Station.REVERSE_READ);
                    outcomes.forEach((each, outcome) -> add(each, outcome, writes));
                    transaction.write(List.copyOf(writes.keySet()));
                    stations.reached(Station.REVERSE_WRITTEN);
                    return (long) writes.values().stream().distinct().count();
                });
                return new Done(written, held());
            } catch (RefusedWrite refusal) {
                writer.resume();
                Dirty one = writes.get(refusal.write());
                if (refusal.duplicate() && !anew) {
                    anew = true;
                } else if (one != null) {
                    refused.put(one, "MongoDB refuses its document: " + refusal.getMessage());
                } else {
                    throw refusal;
                }
            }
        }
    }

    private Map<Dirty, Outcome> decide(FencedWriter.Transaction transaction, List<Dirty> dirty)
            throws InterruptedException {
        Map<Namespace, List<IdBound>> keys = new LinkedHashMap<>();
        for (Dirty each : dirty) {
            keys.computeIfAbsent(each.namespace(), n -> new ArrayList<>()).add(each.key());
        }
        Map<Namespace, Map<IdBound, byte[]>> documents = new HashMap<>();
        for (Map.Entry<Namespace, List<IdBound>> some : keys.entrySet()) {
            documents.put(some.getKey(), transaction.read(some.getKey(), some.getValue()));
        }
        Map<Dirty, Outcome> outcomes = new LinkedHashMap<>();
        for (Dirty each : dirty) {
            if (!refused.containsKey(each)) {
                Optional<byte[]> document = Optional.ofNullable(
                        documents.getOrDefault(each.namespace(), Map.of()).get(each.key()));
                outcomes.put(each, collection(each).decide(each.key(), each.row(), document));
            }
        }
        return outcomes;
    }

    private CollectionWriter collection(Dirty each) {
        return java.util.Objects.requireNonNull(collections.get(each.namespace()));
    }

    private void add(Dirty each, Outcome outcome, Map<Write, Dirty> writes) {
        switch (outcome) {
            case Outcome.Held held -> refused.put(each, held.reason());
            case Outcome.Writes some ->
                some.writes().forEach(write -> {
                    if (anew && write instanceof Write.Replace replace) {
                        writes.put(new Write.Delete(each.namespace(), each.key()), each);
                        writes.put(new Write.Insert(each.namespace(), replace.document()), each);
                    } else {
                        writes.put(write, each);
                    }
                });
        }
    }

    private List<Held> held() {
        List<Held> held = new ArrayList<>();
        refused.forEach((each, reason) -> held.add(new Held(
                each.namespace(),
                each.id(),
                each.row().map(DocumentRows::mongoId),
                each.row().flatMap(DocumentRows::extra),
                reason)));
        return held;
    }
}
