package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.mapping.DerivedId;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Spool.Dirty;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Brings some documents of one collection to what MongoDB held at one instant: in one transaction, their rows go, and
 * those that are there come anew. All rows go before any comes, so unique values may change hands within a cut. Confined
 * to one thread.
 */
final class CutPass {
    private static final int KEYS_A_READ = 1_000;
    private static final int BYTES_A_COPY = 4 << 20;

    private final Mongo source;
    private final CollectionPlan plan;
    private final DocumentMapper mapper;
    private final List<Dirty> dirty;
    private final Set<IdBound> asked = new HashSet<>();

    CutPass(Mongo source, CollectionPlan plan, List<Dirty> dirty) {
        this.source = source;
        this.plan = plan;
        this.dirty = dirty;
        mapper = DocumentMapper.compile(plan);
        dirty.forEach(one -> asked.add(one.key()));
    }

    /** First, for every collection of the cut. */
    void delete(Tx tx) {
        delete(tx, dirty.stream().map(Dirty::id).toList());
    }

    private void delete(Tx tx, List<UUID> ids) {
        UUID[] all = ids.toArray(UUID[]::new);
        for (FieldPlan.Child child : plan.children()) {
            deleteFrom(tx, child.table(), "parent_id", all);
        }
        deleteFrom(tx, plan.table(), "id", all);
    }

    private static void deleteFrom(Tx tx, TableName table, String column, UUID[] ids) {
        tx.update("DELETE FROM " + SqlText.quoted(table) + " WHERE \"" + column + "\" = ANY (?)", (Object) ids);
    }

    /** Then: what is there at {@code at}. */
    void insert(Tx tx, ClusterTime at) throws InterruptedException {
        for (int from = 0; from < dirty.size(); from += KEYS_A_READ) {
            List<IdBound> keys = dirty.subList(from, Math.min(dirty.size(), from + KEYS_A_READ)).stream()
                    .map(Dirty::key)
                    .toList();
            source.readAt(plan.namespace(), keys, at, batch -> take(tx, batch));
        }
        send(tx);
    }

    private void take(Tx tx, RawBatch batch) {
        List<UUID> others = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            IdBound key = Ids.of(batch, i);
            if (asked.add(key)) { // equal to a dirty key for MongoDB, but of other bytes: 5 and 5.0
                others.add(DerivedId.of(plan.namespace(), key));
            }
            mapper.map(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
        }
        if (!others.isEmpty()) {
            delete(tx, others);
        }
        if (mapper.rows().stream().mapToInt(RowBuffer::size).sum() > BYTES_A_COPY) {
            send(tx);
        }
    }

    private void send(Tx tx) {
        for (int i = 0; i < mapper.rows().size(); i++) {
            if (mapper.rows().get(i).rows() > 0) {
                long unused = tx.send(mapper.rows().get(i), mapper.columns(i));
            }
        }
    }
}
