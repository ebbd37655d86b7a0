package dev.changeover.verify;

import dev.changeover.IdBound;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Tx;
import dev.changeover.verify.RowMatch.Mismatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares documents with their rows, both at one cut: f(document) is made as the copy makes it, the rows are read by id,
 * some hundreds at a time (I19). Confined to one thread.
 */
final class PartComparison {
    private static final int DOCUMENTS_A_QUERY = 500;
    private static final int BYTES_A_QUERY = 2 << 20;

    private final CollectionPlan plan;
    private final DocumentMapper mapper;
    private final RowsById rows;
    private final RowMatch match;
    private final List<IdBound> keys = new ArrayList<>();
    private final Optional<IdRange> range;
    private long foundInRange;

    PartComparison(CollectionPlan plan) {
        this(plan, Optional.empty());
    }

    /** Counts which of the rows that it finds are of the range. */
    PartComparison(CollectionPlan plan, Optional<IdRange> range) {
        this.plan = plan;
        this.range = range;
        mapper = DocumentMapper.compile(plan);
        rows = new RowsById(plan);
        match = new RowMatch(plan, mapper);
    }

    /** Reads the documents that the rows are to be of. */
    interface Documents {
        void read(Mongo.Each each) throws InterruptedException;
    }

    /** How many rows of the range the last comparison has found. */
    long foundInRange() {
        return foundInRange;
    }

    /** Compares them with what {@code tx} sees. */
    Findings compare(Tx tx, Documents documents) throws InterruptedException {
        Findings found = new Findings(plan.namespace(), plan.table());
        foundInRange = 0;
        forget();
        documents.read(batch -> take(tx, batch, found));
        flush(tx, found);
        return found;
    }

    private void take(Tx tx, RawBatch batch, Findings found) {
        for (int i = 0; i < batch.size(); i++) {
            keys.add(Ids.of(batch, i));
            mapper.map(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
            if (keys.size() == DOCUMENTS_A_QUERY || size() > BYTES_A_QUERY) {
                flush(tx, found);
            }
        }
    }

    private long size() {
        return mapper.rows().stream().mapToLong(RowBuffer::size).sum();
    }

    private void flush(Tx tx, Findings found) {
        if (keys.isEmpty()) {
            return;
        }
        List<DocumentRows> expected = DocumentRows.within(mapper.rows());
        RowsById.Found actual =
                rows.read(tx, expected.stream().map(DocumentRows::id).toList());
        for (int i = 0; i < expected.size(); i++) {
            DocumentRows one = expected.get(i);
            compare(one, actual.of(one.id()), keys.get(i), found);
        }
        found.documents += expected.size();
        forget();
    }

    private void compare(DocumentRows expected, Optional<DocumentRows> actual, IdBound key, Findings found) {
        if (actual.isEmpty()) {
            found.missing(expected.id(), key, expected.mongoId());
            return;
        }
        if (range.isPresent() && range.get().has(expected.id())) {
            foundInRange++;
        }
        actual.get().children().forEach(of -> found.childRows += of.size());
        List<Mismatch> columns = match.compare(expected, actual.get());
        if (!columns.isEmpty()) {
            found.differs(expected.id(), key, expected.mongoId(), columns);
        }
    }

    private void forget() {
        keys.clear();
        mapper.rows().forEach(RowBuffer::clear);
        mapper.tally().clear();
    }
}
