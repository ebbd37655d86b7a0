package dev.changeover.copy;

import dev.changeover.Chunk;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.source.CollectionFacts;
import dev.changeover.state.Filling;
import dev.changeover.state.Watch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The copy: every open chunk, on a few threads. The package's door. Thread-safe, but for {@link #run}: one call at a time. */
public final class Copy {
    private final Filling filling;
    private final Plan plan;
    private final CopySettings settings;
    private final Station.Listener stations;
    private final Throttle throttle = new Throttle();
    private final Room room;
    private final Map<Namespace, CollectionMeter> meters = new ConcurrentHashMap<>();

    private record CollectionMeter(Watch.CollectionState before, Meter meter) {}

    /** How far a collection is, rows not yet committed included. {@code ...Expected} are the source's estimates. */
    public record CollectionProgress(
            Namespace namespace,
            long documents,
            long documentsExpected,
            long bytes,
            long bytesExpected,
            int chunksDone,
            int chunks) {
        /** From 0 to 1; by bytes, and never full before the last chunk is done. */
        public double share() {
            if (chunksDone == chunks) {
                return 1;
            }
            return Math.min(0.99, bytesExpected == 0 ? 0 : (double) bytes / bytesExpected);
        }
    }

    public Copy(Filling filling, Plan plan, CopySettings settings, Station.Listener stations) {
        this.filling = filling;
        this.plan = plan;
        this.settings = settings;
        this.stations = stations;
        room = new Room(settings.heapBytes());
    }

    /** Cuts every collection that is not yet cut into chunks. */
    public void split() throws InterruptedException {
        Set<Namespace> planned = filling.state().chunks().planned();
        List<Namespace> open = plan.namespaces().stream()
                .filter(namespace -> !planned.contains(namespace))
                .toList();
        Map<Namespace, CollectionFacts> facts = open.isEmpty() ? Map.of() : facts(open);
        for (Namespace namespace : open) {
            CollectionFacts found = Objects.requireNonNull(facts.get(namespace));
            List<Chunk> chunks = filling.source().split(namespace, settings.chunkBytes(found.bytes()));
            filling.state().chunks().plan(filling.owner(), namespace, chunks, found.documents(), found.bytes());
        }
        for (Watch.CollectionState state : filling.state().watch().collections()) {
            Meter meter = new Meter();
            meter.read(state.counts().documents(), state.counts().bytes());
            meter.chunks(state.chunksDone(), state.chunks());
            meters.put(state.namespace(), new CollectionMeter(state, meter));
        }
    }

    private Map<Namespace, CollectionFacts> facts(List<Namespace> wanted) {
        Map<Namespace, CollectionFacts> facts = new HashMap<>();
        filling.source().collections().forEach(found -> facts.put(found.namespace(), found));
        List<String> gone = wanted.stream()
                .filter(namespace -> !facts.containsKey(namespace))
                .map(Namespace::toString)
                .toList();
        if (!gone.isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    "cut the collections into chunks",
                    "the plan has what the source has not: " + String.join(", ", gone),
                    "Check the database in MONGO_URI; or take them out of changeover.yaml (`changeover plan` shows what"
                            + " is there) and begin again with: changeover run --start-over"));
        }
        return facts;
    }

    /** Copies until no chunk is open. What a lost COMMIT has left behind is found by looking again. */
    public void run() throws InterruptedException {
        while (true) {
            List<Chunk> open = filling.source().inOrder(filling.state().chunks().open());
            if (open.isEmpty() && !more()) {
                return;
            }
            copyAll(open);
        }
    }

    /** Takes down what a source has next that comes once. */
    private boolean more() throws InterruptedException {
        Optional<Chunk> next = filling.source().more();
        while (next.isPresent() && plan.of(next.get().namespace()).isEmpty()) {
            next = filling.source().more();
        }
        if (next.isPresent()) {
            filling.state().chunks().add(filling.owner(), next.get());
        }
        return next.isPresent();
    }

    private void copyAll(List<Chunk> open) throws InterruptedException {
        if (open.isEmpty()) {
            return;
        }
        Queue<Chunk> queue = new ConcurrentLinkedQueue<>(open);
        int most = Math.min(settings.workers(), filling.source().readersMost());
        try (Workers workers = new Workers("copy", Math.min(most, open.size()), () -> {})) {
            workers.each(() -> {
                ChunkCopy chunkCopy = new ChunkCopy(filling, settings.chunkBudget(), throttle, room, stations);
                for (Chunk chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
                    copyAndItsRests(chunkCopy, chunk);
                }
            });
        }
    }

    private void copyAndItsRests(ChunkCopy chunkCopy, Chunk chunk) throws InterruptedException {
        CollectionPlan collection = plan.of(chunk.namespace()).orElseThrow();
        CollectionMeter meter = meters.get(chunk.namespace());
        if (meter == null) {
            throw new IllegalStateException(chunk + " was not split");
        }
        Optional<Chunk> rest = Optional.of(chunk);
        while (rest.isPresent()) {
            rest = chunkCopy.copy(rest.get(), collection, meter.meter());
        }
    }

    /** Takes over new limits at once. */
    public void limits(Watch.Limits limits) {
        throttle.limits(limits);
    }

    /** Largest collections first. */
    public List<CollectionProgress> progress() {
        List<CollectionProgress> all = new ArrayList<>();
        meters.values()
                .forEach(of -> all.add(new CollectionProgress(
                        of.before().namespace(),
                        of.meter().documents(),
                        of.before().documentsExpected(),
                        of.meter().bytes(),
                        of.before().bytesExpected(),
                        of.meter().chunksDone(),
                        of.meter().chunks())));
        all.sort(Comparator.comparing(CollectionProgress::bytesExpected)
                .reversed()
                .thenComparing(CollectionProgress::namespace));
        return all;
    }
}
