package dev.changeover.copy;

import dev.changeover.Chunk;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.bson.Ids;
import dev.changeover.mapping.DerivedId;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mapping.Tally;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Chunks;
import dev.changeover.state.Filling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dump that was taken while its collection was written to can hold a document twice. The last one counts: the rows of those
 * before it are taken back, and so is what the ledger says of them, in one transaction for a collection.
 */
public final class TakenBack {
    private static final Logger LOG = LoggerFactory.getLogger(TakenBack.class);
    private static final int MOST = 100_000;

    private final Filling filling;
    private final Plan plan;

    public TakenBack(Filling filling, Plan plan) {
        this.filling = filling;
        this.plan = plan;
    }

    /** Does it for every collection that has such documents; before there are keys, which do not allow them. */
    public void run() throws InterruptedException {
        for (CollectionPlan collection : plan.collections()) {
            filling.target().change("take back what " + collection.namespace() + " has twice", tx -> {
                filling.owner().check(tx);
                Set<UUID> twice = twice(tx, collection);
                if (!twice.isEmpty()) {
                    takeBack(tx, collection, twice);
                }
            });
        }
    }

    private static Set<UUID> twice(Tx tx, CollectionPlan collection) {
        Set<UUID> twice = new HashSet<>();
        tx.searchTexts("SELECT id::text FROM " + SqlText.quoted(collection.table())
                        + " GROUP BY id HAVING count(*) > 1 LIMIT " + (MOST + 1))
                .forEach(id -> twice.add(UUID.fromString(id)));
        if (twice.size() > MOST) {
            throw new FailedException(new Failure.Refused(
                    tx.during(),
                    "more than " + MOST + " documents are there several times",
                    "Are these files of two dumps? Make one dump, with --oplog or while nobody writes, and begin with:"
                            + " changeover run --start-over"));
        }
        return twice;
    }

    private void takeBack(Tx tx, CollectionPlan collection, Set<UUID> twice) {
        Before before = new Before(collection);
        Map<UUID, byte[]> last = new HashMap<>();
        DerivedId derived = DerivedId.in(collection.namespace());
        filling.source().scan(collection.namespace(), batch -> {
            for (int i = 0; i < batch.size(); i++) {
                UUID id = derived.of(Ids.of(batch, i));
                if (twice.contains(id)) {
                    Optional.ofNullable(last.put(id, batch.document(i))).ifPresent(before::add);
                }
            }
        });
        UUID[] ids = twice.toArray(UUID[]::new);
        for (FieldPlan.Child child : collection.children()) {
            tx.work("DELETE FROM " + SqlText.quoted(child.table()) + " WHERE parent_id = ANY (?)", (Object) ids);
        }
        tx.work("DELETE FROM " + SqlText.quoted(collection.table()) + " WHERE id = ANY (?)", (Object) ids);
        try (ChunkRows rows = new ChunkRows(tx, Chunk.whole(collection.namespace()), collection)) {
            last.values().forEach(document -> rows.add(document, 0, document.length));
            rows.end();
        }
        filling.state().chunks().takenBack(tx, filling.owner(), collection.namespace(), before.negative());
        filling.state().chunks().add(tx, collection.namespace(), before.negativeLines());
        LOG.atWarn()
                .addKeyValue("collection", collection.namespace())
                .addKeyValue("documents", before.documents)
                .log("documents that the files have several times: the last one counts");
    }

    /** What was written of the documents that do not count. */
    private static final class Before {
        private final DocumentMapper mapper;
        private long documents;
        private long childRows;
        private long bytes;

        Before(CollectionPlan collection) {
            mapper = DocumentMapper.compile(collection);
        }

        void add(byte[] document) {
            mapper.map(document, 0, document.length);
            documents++;
            bytes += document.length;
            childRows +=
                    mapper.rows().stream().skip(1).mapToLong(RowBuffer::rows).sum();
            mapper.rows().forEach(RowBuffer::clear);
        }

        Chunks.Copied negative() {
            return new Chunks.Copied(
                    -documents, -documents, -childRows, -bytes, -mapper.tally().values(), Duration.ZERO);
        }

        List<Tally.Line> negativeLines() {
            List<Tally.Line> lines = new ArrayList<>();
            mapper.tally()
                    .lines()
                    .forEach(line -> lines.add(new Tally.Line(
                            line.field(), line.outcome(), line.reason(), -line.values(), line.example())));
            return lines;
        }
    }
}
