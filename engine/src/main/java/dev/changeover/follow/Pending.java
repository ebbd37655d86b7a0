package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.mapping.DerivedId;
import dev.changeover.state.Spool.Dirty;
import dev.changeover.state.Spool.Reset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What has changed and no cut has yet, held in memory, and how far the stream has been read: what lies between the thread
 * that reads the stream and the one that takes cuts. A crash loses nothing by it: the stream is read again from the last
 * cut, or from what was spooled. Thread-safe; keys are added by one thread.
 */
final class Pending {
    /** The oldest instant that is worth reading at; servers keep 300 s of history by default. */
    private static final Duration READABLE = Duration.ofSeconds(120);

    private final int keysMost;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Map<Namespace, Map<IdBound, Times>> keys = new HashMap<>();
    private final List<Reset> resets = new ArrayList<>();
    private int size;
    private long events;
    private ClusterTime newest = new ClusterTime(0, 0);
    private @Nullable ClusterTime position;
    private ClusterTime head = new ClusterTime(0, 0);
    private @Nullable ClusterTime goal;
    private volatile boolean creationsTold;
    private volatile boolean filling;
    private boolean backlog;
    private long spoolings;
    private boolean stuck;
    private @Nullable RuntimeException failure;

    /** Holds about {@code keysMost} keys; what comes then waits or is spooled. */
    Pending(int keysMost) {
        this.keysMost = keysMost;
    }

    /** The changes of one document that no cut has. */
    private static final class Times {
        private ClusterTime first;
        private ClusterTime last;
        private int events;

        Times(ClusterTime at) {
            first = at;
            last = at;
        }
    }

    /** All that is held at one moment: what a spooling takes along. */
    record Held(List<Dirty> dirty, List<Reset> resets, ClusterTime position) {}

    /** How far behind the source the last cut is, as far as the stream has been read. */
    record Lag(long events, Optional<ClusterTime> position, ClusterTime head) {}

    /** A document changed at {@code at}. A time that is no event's ({@code events} 0) asks for its reading only. */
    void add(Namespace namespace, IdBound key, ClusterTime at, int eventsOfIt) {
        lock.lock();
        try {
            Map<IdBound, Times> of = keys.computeIfAbsent(namespace, n -> new HashMap<>());
            Times times = of.get(key);
            if (times == null) {
                times = new Times(at);
                of.put(key, times);
                size++;
                times.events += eventsOfIt;
                events += eventsOfIt;
            } else if (at.isAfter(times.last)) {
                times.last = at;
                times.events += eventsOfIt;
                events += eventsOfIt;
            } else if (times.first.isAfter(at)) {
                times.first = at; // what is delivered again after a reopening
            }
            newest = at.isAfter(newest) ? at : newest;
        } finally {
            lock.unlock();
        }
    }

    /** A collection was dropped, created, renamed or replaced. */
    void add(Reset reset) {
        lock.lock();
        try {
            if (!resets.contains(reset)) { // what is delivered again after a reopening
                resets.add(reset);
            }
            newest = reset.at().isAfter(newest) ? reset.at() : newest;
        } finally {
            lock.unlock();
        }
    }

    /** Every change before {@code to} has been added; {@code now} is the source's time. */
    void moveTo(ClusterTime to, ClusterTime now) {
        lock.lock();
        try {
            position = position == null || to.isAfter(position) ? to : position;
            head = now.isAfter(head) ? now : head;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void tellsCreations(boolean told) {
        creationsTold = told;
    }

    /** Whether the creation of a collection is an event. */
    boolean tellsCreations() {
        return creationsTold;
    }

    /** The stream can be read no further. */
    void failed(RuntimeException reason) {
        lock.lock();
        try {
            failure = reason;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        lock.lock();
        try {
            return size >= keysMost;
        } finally {
            lock.unlock();
        }
    }

    /** Throws what the reading of the stream has failed with. */
    void check() {
        lock.lock();
        try {
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean isReadable(@Nullable ClusterTime at) {
        return at != null && at.lagBehind(head).compareTo(READABLE) <= 0;
    }

    /**
     * Waits a moment for a cut to make room. False when there is no sense in waiting: there is room, or no cut can be
     * taken before more of the stream is read.
     */
    boolean awaitRoom() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean sense = size >= keysMost && !stuck && !backlog && isReadable(position);
            return sense && (room.await(200, TimeUnit.MILLISECONDS) || size >= keysMost);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last try to take a cut failed: the instant may be one at which none can be taken. */
    void stuck(boolean failed) {
        lock.lock();
        try {
            stuck = failed;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until more of the stream has been read, up to {@code patience}. */
    void awaitMove(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            boolean unused = moved.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            lock.unlock();
        }
    }

    /** True when no cut can have a change that is known, or be at the goal, until the stream's position moves. */
    boolean wantsTime() {
        lock.lock();
        try {
            return position != null
                    && ((size > 0 || backlog) && !position.isAfter(newest) || goal != null && !position.isAfter(goal));
        } finally {
            lock.unlock();
        }
    }

    /** Somebody waits for a cut at or after this, even one that brings nothing. */
    void goal(Optional<ClusterTime> wanted) {
        lock.lock();
        try {
            goal = wanted.orElse(null);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits up to {@code patience} for an instant after {@code last} at which a cut may be taken: before the position, as
     * events at it may still come (I1), and young enough to be read.
     */
    Optional<ClusterTime> next(ClusterTime last, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                check();
                if (position != null && isReadable(position)) {
                    ClusterTime at = position.before();
                    if (at.isAfter(last)) {
                        return Optional.of(at);
                    }
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** True when something is held that a cut at {@code at} must have. */
    boolean hasDue(ClusterTime at) {
        lock.lock();
        try {
            return resets.stream().anyMatch(reset -> !reset.at().isAfter(at))
                    || keys.values().stream()
                            .flatMap(of -> of.values().stream())
                            .anyMatch(times -> !times.first.isAfter(at));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a cut at {@code at} must have of what is held; it stays held. With {@code backlog}, more is in the spool. Seen
     * at one moment: a key is here, or in the spool if that is looked at afterwards, or in both.
     */
    record Due(List<Dirty> dirty, List<Reset> resets, boolean backlog) {}

    /** The documents that changed at or before {@code at}, those of a collection together, and the resets in order. */
    Due due(ClusterTime at) {
        lock.lock();
        try {
            List<Dirty> due = new ArrayList<>();
            keys.forEach((namespace, of) -> collect(namespace, of, at, due));
            return new Due(
                    due,
                    resets.stream().filter(reset -> !reset.at().isAfter(at)).toList(),
                    backlog);
        } finally {
            lock.unlock();
        }
    }

    private static void collect(Namespace namespace, Map<IdBound, Times> of, ClusterTime upTo, List<Dirty> into) {
        DerivedId ids = DerivedId.in(namespace);
        of.forEach((key, times) -> {
            if (!times.first.isAfter(upTo)) {
                into.add(new Dirty(namespace, ids.of(key), key, times.first, times.last));
            }
        });
    }

    /** These were read and written as of {@code at}: they are forgotten, but for what changed after it (I4). */
    void applied(List<Dirty> dirty, List<Reset> done, ClusterTime at) {
        lock.lock();
        try {
            resets.removeAll(done);
            for (Dirty one : dirty) {
                Map<IdBound, Times> of = keys.getOrDefault(one.namespace(), Map.of());
                Times times = of.get(one.key());
                if (times == null || times.first.isAfter(at)) {
                    continue;
                }
                if (times.last.isAfter(at)) {
                    times.first = at.after();
                } else {
                    of.remove(one.key());
                    size--;
                    events -= times.events;
                }
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Held held() {
        lock.lock();
        try {
            List<Dirty> all = new ArrayList<>(size);
            keys.forEach((namespace, of) -> collect(namespace, of, newest, all));
            return new Held(all, List.copyOf(resets), Objects.requireNonNull(position));
        } finally {
            lock.unlock();
        }
    }

    /** All keys are in the spool now; by the thread that adds keys. */
    void spooled() {
        lock.lock();
        try {
            keys.clear();
            size = 0;
            backlog = true;
            spoolings++;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void filling(boolean now) {
        filling = now;
    }

    /** Whether keys come that are no changes, each lot when a cut has had the one before. */
    boolean isFilling() {
        return filling;
    }

    /** Keys went straight to the spool, and are to be read at {@code at} or later. */
    void spooledBeside(ClusterTime at) {
        lock.lock();
        try {
            backlog = true;
            spoolings++;
            newest = at.isAfter(newest) ? at : newest;
        } finally {
            lock.unlock();
        }
    }

    Lag lag() {
        lock.lock();
        try {
            return new Lag(events, Optional.ofNullable(position), head);
        } finally {
            lock.unlock();
        }
    }

    /** True while keys wait in the spool too. */
    boolean hasBacklog() {
        lock.lock();
        try {
            return backlog;
        } finally {
            lock.unlock();
        }
    }

    /** How often keys went to the spool. */
    long spoolings() {
        lock.lock();
        try {
            return spoolings;
        } finally {
            lock.unlock();
        }
    }

    /** Whether keys were found in the spool, looked for when there had been so many spoolings; one since then counts. */
    void backlog(boolean found, long seen) {
        lock.lock();
        try {
            if (!found && spoolings != seen) {
                return;
            }
            backlog = found;
            events = found
                    ? events
                    : keys.values().stream()
                            .flatMap(of -> of.values().stream())
                            .mapToLong(times -> times.events)
                            .sum();
        } finally {
            lock.unlock();
        }
    }
}
