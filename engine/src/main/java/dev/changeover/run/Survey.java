package dev.changeover.run;

import dev.changeover.FailedException;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.RawBatch;
import dev.changeover.plan.Plan;
import dev.changeover.planner.ReferenceCheck;
import dev.changeover.planner.SourceCollection;
import dev.changeover.profile.CollectionProfile;
import dev.changeover.source.CollectionFacts;
import dev.changeover.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Reads documents of every collection, to plan from: a few collections at a time, each by one thread. */
public final class Survey {
    private static final long TICK_MILLIS = 200;

    private final Source from;
    private final Settings settings;

    public Survey(Source from, Settings settings) {
        this.from = from;
        this.settings = settings;
    }

    /** {@code sample} is the number of documents of each collection; 0 reads them all. {@code wanted} ones get a plan. */
    public record Settings(int sample, int workers, Predicate<Namespace> wanted) {
        public Settings {
            if (sample < 0) {
                throw new IllegalArgumentException("sample is " + sample + "; give 1 or more, or 0 for all documents");
            }
            if (workers < 1 || workers > 64) {
                throw new IllegalArgumentException("workers is " + workers + "; give 1 to 64");
            }
        }
    }

    /** What planning needs. {@code notAsked} are the namespaces that were not wanted. */
    public record Found(List<SourceCollection> sources, List<Plan.LeftOut> notAsked) {
        public Found {
            sources = List.copyOf(sources);
            notAsked = List.copyOf(notAsked);
        }
    }

    /** How far it is: collections read of those to be read, and documents. */
    public record Progress(int collectionsDone, int collections, long documents, long documentsExpected) {}

    /** Tells {@code each} its progress several times a second, on the calling thread. */
    public Found read(Consumer<Progress> each) throws InterruptedException {
        List<CollectionFacts> wanted = new ArrayList<>();
        List<Plan.LeftOut> notAsked = new ArrayList<>();
        for (CollectionFacts facts : from.collections()) {
            if (settings.wanted().test(facts.namespace())) {
                wanted.add(facts);
            } else {
                notAsked.add(new Plan.LeftOut(facts.namespace(), "not asked for by --include and --exclude"));
            }
        }
        return new Found(profiled(wanted, each), notAsked);
    }

    private List<SourceCollection> profiled(List<CollectionFacts> wanted, Consumer<Progress> each)
            throws InterruptedException {
        AtomicLong documents = new AtomicLong();
        long expected = wanted.stream().mapToLong(this::expected).sum();
        List<SourceCollection> sources = new ArrayList<>();
        ExecutorService workers = Executors.newFixedThreadPool(settings.workers());
        try {
            CompletionService<SourceCollection> done = new ExecutorCompletionService<>(workers);
            List<Future<SourceCollection>> reading = wanted.stream()
                    .map(facts -> done.submit(() -> source(facts, documents)))
                    .toList();
            while (sources.size() < reading.size()) {
                Future<SourceCollection> next = done.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (next != null) {
                    sources.add(result(next));
                }
                each.accept(new Progress(sources.size(), wanted.size(), documents.get(), expected));
            }
        } finally {
            workers.shutdownNow();
        }
        return sources;
    }

    private static SourceCollection result(Future<SourceCollection> done) throws InterruptedException {
        try {
            return done.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FailedException failed) {
                throw failed;
            }
            throw new IllegalStateException("reading a collection to plan it", e.getCause());
        }
    }

    private long expected(CollectionFacts facts) {
        if (!facts.kind().copied()) {
            return 0;
        }
        return settings.sample() == 0 ? facts.documents() : Math.min(settings.sample(), facts.documents());
    }

    private SourceCollection source(CollectionFacts facts, AtomicLong documents) {
        CollectionProfile profile = new CollectionProfile();
        if (facts.kind().copied()) {
            Consumer<RawBatch> each = batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    profile.add(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
                }
                documents.addAndGet(batch.size());
            };
            if (settings.sample() == 0) {
                from.scan(facts.namespace(), each);
            } else {
                from.sample(facts.namespace(), settings.sample(), each);
            }
        }
        return new SourceCollection(
                facts.namespace(), facts.kind(), facts.options(), facts.indexes(), facts.documents(), profile);
    }

    /** Looks ObjectIds up by the {@code _id} index. */
    public static ReferenceCheck references(Source from) {
        return (namespace, objectIds) -> {
            List<IdBound> ids = objectIds.stream().map(Survey::bound).toList();
            int[] found = {0};
            from.byIds(namespace, ids, batch -> found[0] += batch.size());
            return found[0];
        };
    }

    private static IdBound bound(byte[] objectId) {
        BsonWriter out = new BsonWriter(new Bytes(22)).begin();
        return new IdBound(out.name(BsonType.OBJECT_ID, "_id")
                .raw(objectId, 0, objectId.length)
                .end()
                .out()
                .toArray());
    }
}
