package dev.changeover.follow;

import dev.changeover.Change;
import dev.changeover.ChangeBatch;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.mapping.DerivedId;
import dev.changeover.mongo.ChangeReader;
import dev.changeover.mongo.ChangeReader.StartPoint;
import dev.changeover.plan.Plan;
import dev.changeover.state.Ends;
import dev.changeover.state.Spool;
import dev.changeover.state.Spool.Dirty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the change stream into the spool. It never waits for documents, so the oplog must only reach back as far as this
 * is behind. Confined to one thread.
 */
final class Spooler {
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** What happens to a collection without changing its documents. */
    private static final Set<String> HARMLESS = Set.of("create", "createIndexes", "dropIndexes", "modify");

    private final Ends ends;
    private final Plan plan;
    private final int eventsMost;
    private final Spool spool;
    private final Consumer<ClusterTime> position;

    /** {@code position} is told how far the spool has come, after it has been stored. */
    Spooler(Ends ends, Plan plan, int eventsMost, Consumer<ClusterTime> position) {
        this.ends = ends;
        this.plan = plan;
        this.eventsMost = eventsMost;
        this.position = position;
        spool = ends.state().spool();
    }

    /** Goes on until interrupted; opens the stream anew, where it was, after passing failures. */
    void run() throws InterruptedException {
        ends.target().until(this::read);
    }

    private boolean read() throws InterruptedException {
        Optional<Spool.Position> stored = spool.position();
        StartPoint start =
                stored.<StartPoint>map(p -> new StartPoint.After(p.token())).orElse(new StartPoint.At(ends.t0()));
        try (ChangeReader reader = ends.source().changes(start, eventsMost)) {
            while (true) {
                ChangeBatch batch = reader.next(PATIENCE);
                spool.add(ends.owner(), batch, dirty(batch));
                position.accept(batch.position());
            }
        }
    }

    /** The documents that changed, each once, with its first and last change. */
    private List<Dirty> dirty(ChangeBatch batch) {
        record Key(Namespace namespace, IdBound id) {}
        record Times(ClusterTime first, ClusterTime last) {}
        Map<Key, Times> times = new LinkedHashMap<>();
        for (Change change : batch.changes()) {
            switch (change) {
                case Change.Document document -> {
                    if (plan.of(document.namespace()).isPresent()) {
                        times.merge(
                                new Key(document.namespace(), document.key()),
                                new Times(document.at(), document.at()),
                                (before, now) -> new Times(before.first(), now.last()));
                    }
                }
                case Change.Schema schema -> requireHarmless(schema);
            }
        }
        List<Dirty> dirty = new ArrayList<>(times.size());
        times.forEach((key, of) -> dirty.add(
                new Dirty(key.namespace(), DerivedId.of(key.namespace(), key.id()), key.id(), of.first(), of.last())));
        return dirty;
    }

    private void requireHarmless(Change.Schema schema) {
        boolean ours = plan.collections().stream().anyMatch(collection -> touches(schema, collection.namespace()));
        if (ours && !HARMLESS.contains(schema.operation())) {
            throw new FailedException(new Failure.Refused(
                    "follow " + schema.namespace(),
                    "it had a " + schema.operation() + " at cluster time " + schema.at(),
                    "What PostgreSQL holds is MongoDB before that. Copy anew: changeover run --start-over."));
        }
    }

    private static boolean touches(Change.Schema schema, Namespace collection) {
        Namespace of = schema.namespace();
        boolean database = of.collection().isEmpty() && of.database().equals(collection.database());
        return database
                || of.equals(collection)
                || schema.to().filter(collection::equals).isPresent();
    }
}
