package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mongo.Mongo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pass's documents as of its instant and maps them, on a thread of its own, while the rows before are written.
 * {@link #next} hands out rows; what is handed out is to be given back when they are sent, so that memory stays bounded
 * (I19).
 */
final class Reading implements AutoCloseable {
    private static final int KEYS_A_READ = 1_000;
    private static final int BYTES_A_PIECE = 2 << 20;

    /** One is filled while the other's rows are sent. */
    private static final int PIECES = 2;

    private static final Duration STOP = Duration.ofSeconds(150);

    private final Mongo source;
    private final ClusterTime at;
    private final List<CollectionCut> cuts;
    private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(PIECES);
    private final Semaphore pieces = new Semaphore(PIECES);
    private final Thread thread = Thread.ofPlatform().name("cut-read").unstarted(this::run);
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;

    Reading(Mongo source, ClusterTime at, List<CollectionCut> cuts) {
        this.source = source;
        this.at = at;
        this.cuts = cuts;
    }

    /** Rows of one collection, in the tables' order. */
    record Piece(CollectionCut cut, DocumentMapper mapper) {}

    Reading start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            for (CollectionCut cut : cuts) {
                read(cut);
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            failure = e;
        } finally {
            ended = true;
        }
    }

    private void read(CollectionCut cut) throws InterruptedException {
        Piece[] piece = {begin(cut)};
        for (int from = 0; from < cut.size(); from += KEYS_A_READ) {
            source.readAt(cut.namespace(), cut.keys(from, KEYS_A_READ), at, batch -> {
                map(piece[0], batch);
                if (size(piece[0].mapper()) > BYTES_A_PIECE) {
                    full.put(piece[0]);
                    piece[0] = begin(cut);
                }
            });
        }
        full.put(piece[0]);
    }

    private Piece begin(CollectionCut cut) throws InterruptedException {
        pieces.acquire();
        return new Piece(cut, cut.borrow());
    }

    private static void map(Piece piece, RawBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            if (piece.cut().isFirst(Ids.of(batch, i))) {
                piece.mapper().map(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
            }
        }
    }

    private static int size(DocumentMapper mapper) {
        return mapper.rows().stream().mapToInt(RowBuffer::size).sum();
    }

    /** The next rows; empty when all have been handed out. */
    Optional<Piece> next() throws InterruptedException {
        while (true) {
            boolean last = ended;
            Piece piece = full.poll(last ? 0 : 20, TimeUnit.MILLISECONDS);
            if (piece != null) {
                return Optional.of(piece);
            }
            if (last) {
                rethrow();
                return Optional.empty();
            }
        }
    }

    private void rethrow() throws InterruptedException {
        switch (failure) {
            case null -> {}
            case FailedException failed -> throw failed;
            case InterruptedException stop -> throw stop;
            case Throwable other -> throw new IllegalStateException(other);
        }
    }

    /** These rows have been sent, and cleared. */
    void done(Piece piece) {
        piece.cut().giveBack(piece.mapper());
        pieces.release();
    }

    /** Stops the reading if it goes on. */
    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        if (!thread.join(STOP)) {
            throw new IllegalStateException("the reading did not stop within " + STOP);
        }
    }
}
