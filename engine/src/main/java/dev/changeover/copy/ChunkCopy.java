package dev.changeover.copy;

import dev.changeover.Chunk;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Station;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.bson.RawBatch;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Tx;
import dev.changeover.source.ChunkReader;
import dev.changeover.source.DamagedException;
import dev.changeover.state.Chunks;
import dev.changeover.state.Filling;
import java.time.Duration;
import java.util.Optional;

/** Copies one chunk, exactly once whatever is killed when. Confined to one thread. */
final class ChunkCopy {
    private final Filling filling;
    private final Duration budget;
    private final Throttle throttle;
    private final Room room;
    private final Station.Listener stations;

    ChunkCopy(Filling filling, Duration budget, Throttle throttle, Room room, Station.Listener stations) {
        this.filling = filling;
        this.budget = budget;
        this.throttle = throttle;
        this.room = room;
        this.stations = stations;
    }

    /**
     * Copies the chunk, or as much of it as fits into its time, and returns what is left as a new chunk. Tries again
     * after passing failures; as the COMMIT of the try before may have gone through, it looks first.
     */
    Optional<Chunk> copy(Chunk chunk, CollectionPlan plan, Meter meter) throws InterruptedException {
        boolean[] triedBefore = {false};
        return filling.target().until(() -> {
            if (triedBefore[0] && filling.state().chunks().isDone(chunk)) {
                return Optional.empty(); // a rest that it was divided from is found among the open chunks
            }
            triedBefore[0] = true;
            return copyOnce(chunk, plan, meter);
        });
    }

    private Optional<Chunk> copyOnce(Chunk chunk, CollectionPlan plan, Meter meter) throws InterruptedException {
        Progressing progressing = new Progressing(meter);
        try (ChunkReader reader = filling.source().read(chunk, filling.since());
                Tx tx = filling.target().begin("copy " + chunk);
                ChunkRows rows = new ChunkRows(tx, chunk, plan)) {
            Optional<IdBound> stoppedAt = readInto(rows, reader, chunk, progressing);
            stations.reached(Station.CHUNK_READ);
            rows.end();
            Optional<Chunk> rest = stoppedAt.map(at -> filling.state().chunks().split(tx, chunk, at));
            filling.state().chunks().add(tx, chunk.namespace(), rows.lines());
            filling.state().chunks().done(tx, filling.owner(), chunk, progressing.copied(rows));
            stations.reached(Station.CHUNK_WRITTEN);
            tx.commit();
            progressing.committed(rest.isPresent());
            stations.reached(Station.CHUNK_COMMITTED);
            return rest;
        } finally {
            progressing.undoUnlessCommitted();
        }
    }

    /** Reads until the chunk's end, until its time is over or its file is damaged: then returns where the rest begins. */
    private Optional<IdBound> readInto(ChunkRows rows, ChunkReader reader, Chunk chunk, Progressing progressing)
            throws InterruptedException {
        while (true) {
            Optional<RawBatch> next;
            try {
                next = reader.next();
            } catch (DamagedException e) {
                if (progressing.documents == 0) {
                    throw e.failed();
                }
                return Optional.of(e.at()); // what is before it is kept; the rest will say the same
            }
            if (next.isEmpty()) {
                return Optional.empty();
            }
            RawBatch batch = next.get();
            if (progressing.took().compareTo(budget) > 0 && progressing.documents > 0) {
                return Optional.of(reader.edge(batch));
            }
            for (int i = 0; i < batch.size(); i++) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("copy " + chunk);
                }
                take(rows, batch, i, chunk);
                progressing.read(batch.length(i));
            }
        }
    }

    private void take(ChunkRows rows, RawBatch batch, int i, Chunk chunk) throws InterruptedException {
        int length = batch.length(i);
        throttle.pass(length);
        try {
            if (length < Room.LARGE) {
                rows.add(batch.bytes(), batch.offset(i), length);
                return;
            }
            int taken = room.take(length);
            try {
                rows.add(batch.bytes(), batch.offset(i), length);
                rows.sendAndShrink();
            } finally {
                room.giveBack(taken);
            }
        } catch (OutOfMemoryError e) { // a large array could not be had: everything else is as it was
            throw new FailedException(
                    new Failure.Refused(
                            "copy " + chunk,
                            "the memory is not enough for a document of " + length + " bytes; "
                                    + Culprit.describe(batch, i),
                            "Give Java more memory (CHANGEOVER_JAVA_OPTS=-Xmx1g) or take fewer --workers, then run the same"
                                    + " command again: it goes on where it stopped."),
                    e);
        } catch (MalformedBsonException e) {
            throw new FailedException(
                    new Failure.Refused(
                            "copy " + chunk,
                            "a document cannot be read: " + e.getMessage() + "; " + Culprit.describe(batch, i),
                            "Mend or delete the document in MongoDB (db.collection.validate() finds such), or make the dump anew, then run the"
                                    + " same command again: it goes on where it stopped."),
                    e);
        }
    }

    /** How far this try is. What it has told the meter is taken back when it fails. */
    private static final class Progressing {
        private final Meter meter;
        private final long begun = System.nanoTime();
        private long documents;
        private long bytes;
        private boolean committed;

        Progressing(Meter meter) {
            this.meter = meter;
        }

        void read(int length) {
            documents++;
            bytes += length;
            meter.read(1, length);
        }

        Duration took() {
            return Duration.ofNanos(System.nanoTime() - begun);
        }

        Chunks.Copied copied(ChunkRows rows) {
            return new Chunks.Copied(rows.documents(), rows.rows(), rows.childRows(), bytes, rows.values(), took());
        }

        void committed(boolean divided) {
            committed = true;
            meter.chunks(1, divided ? 1 : 0);
        }

        void undoUnlessCommitted() {
            if (!committed) {
                meter.read(-documents, -bytes);
            }
        }
    }
}
