package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.IdBound;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mapping.Tuple;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.verify.DocumentRows.Found;
import dev.changeover.verify.RowMatch.Mismatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Compares documents with their rows, both at one cut: f(document) is made as the copy makes it, the rows are read by id,
 * some hundreds at a time (I19). Confined to one thread.
 */
final class PartComparison {
    private static final int DOCUMENTS_A_QUERY = 1_000;
    private static final int BYTES_A_QUERY = 2 << 20;

    private final Mongo mongo;
    private final CollectionPlan plan;
    private final DocumentMapper mapper;
    private final DocumentRows rows;
    private final RowMatch match;
    private final LongConsumer progress;
    private final List<IdBound> keys = new ArrayList<>();

    /** {@code progress} is told how many more documents are compared. */
    PartComparison(Mongo mongo, CollectionPlan plan, LongConsumer progress) {
        this.mongo = mongo;
        this.plan = plan;
        this.progress = progress;
        mapper = DocumentMapper.compile(plan);
        rows = new DocumentRows(plan);
        match = new RowMatch(plan, mapper);
    }

    /** All documents of a range. */
    Findings compare(Snapshot snapshot, Chunk part) throws InterruptedException {
        return at(snapshot, each -> mongo.readAt(part, snapshot.at(), each));
    }

    /** Those of {@code ids} that are there at the cut. */
    Findings compare(Snapshot snapshot, List<IdBound> ids) throws InterruptedException {
        return at(snapshot, each -> mongo.readAt(plan.namespace(), ids, snapshot.at(), each));
    }

    private interface Documents {
        void read(Mongo.Each each) throws InterruptedException;
    }

    private Findings at(Snapshot snapshot, Documents documents) throws InterruptedException {
        Findings found = new Findings(plan.namespace(), plan.table());
        forget();
        documents.read(batch -> take(snapshot, batch, found));
        flush(snapshot, found);
        return found;
    }

    private void take(Snapshot snapshot, RawBatch batch, Findings found) {
        for (int i = 0; i < batch.size(); i++) {
            keys.add(Ids.of(batch, i));
            mapper.map(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
            if (keys.size() == DOCUMENTS_A_QUERY || size() > BYTES_A_QUERY) {
                flush(snapshot, found);
            }
        }
    }

    private long size() {
        return mapper.rows().stream().mapToLong(RowBuffer::size).sum();
    }

    private void flush(Snapshot snapshot, Findings found) {
        if (keys.isEmpty()) {
            return;
        }
        List<Found> expected = DocumentRows.of(mapper.rows());
        List<String> ids =
                expected.stream().map(one -> DocumentRows.id(one.row())).toList();
        Map<String, Found> actual = rows.read(snapshot.tx(), ids);
        for (int i = 0; i < expected.size(); i++) {
            compare(expected.get(i), actual.get(ids.get(i)), keys.get(i), found);
        }
        found.documents += expected.size();
        progress.accept(expected.size());
        forget();
    }

    private void compare(Found expected, @Nullable Found actual, IdBound key, Findings found) {
        if (actual == null) {
            found.missing(DocumentRows.uuid(expected.row()), key, mongoId(expected.row()));
            return;
        }
        actual.children().forEach(of -> found.childRows += of.size());
        List<Mismatch> columns = match.compare(expected, actual);
        if (!columns.isEmpty()) {
            found.differs(DocumentRows.uuid(expected.row()), key, mongoId(expected.row()), columns);
        }
    }

    private void forget() {
        keys.clear();
        mapper.rows().forEach(RowBuffer::clear);
        mapper.tally().clear();
    }

    private static String mongoId(Tuple row) {
        return new String(row.bytes(), row.start(1), row.length(1), StandardCharsets.UTF_8);
    }
}
