package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.dump.Dump;
import dev.changeover.mapping.DerivedId;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import dev.changeover.source.ChunkReader;
import dev.changeover.source.DamagedException;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.state.Verifications.Found;
import dev.changeover.state.Verifications.Mode;
import dev.changeover.state.Verifications.RowsPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Compares rows with the files that they were copied from, which stand still as the rows do: every column of every document,
 * and then whether there are rows of no document. What is done is remembered part by part; one that was stopped is gone on
 * with, with the same files.
 */
public final class FileVerification {
    private static final ClusterTime ANY = new ClusterTime(0, 0);

    /** Rows whose documents are looked for in one way through the file. */
    private static final int ROWS_A_PASS = 200_000;

    private final Dump source;
    private final Pg pg;
    private final State state;
    private final Plan plan;
    private final VerifySettings settings;

    public FileVerification(Dump source, Pg pg, State state, Plan plan, VerifySettings settings) {
        this.source = source;
        this.pg = pg;
        this.state = state;
        this.plan = plan;
        this.settings = settings;
    }

    /** Runs to the end and returns what is on record then. */
    public Verifications.Verification run(Verification.Progress told) throws InterruptedException {
        if (state.runs().find().flatMap(row -> row.start()).isPresent()) {
            throw new FailedException(new Failure.Refused(
                    "compare the rows with files",
                    "a MongoDB is followed into these tables, so they are newer than any file",
                    "Compare with MongoDB: changeover verify --mongo"));
        }
        try (Pg.Session alone = state.verifications().own()) {
            return compare(told);
        }
    }

    private Verifications.Verification compare(Verification.Progress told) throws InterruptedException {
        List<CollectionPlan> meant = settings.of(plan);
        long id = begin(meant).id();
        Set<Namespace> ended = state.verifications().endedOf(id);
        List<CollectionPlan> left =
                meant.stream().filter(of -> !ended.contains(of.namespace())).toList();
        List<Workers.Task> tasks = new ArrayList<>();
        for (CollectionPlan of : left) {
            for (Chunk part : state.verifications().open(id, of.namespace())) {
                tasks.add(session -> part(id, of, part, session, told));
            }
        }
        told.begun(tasks.size());
        new Workers(pg, Math.min(settings.workers(), source.readersMost())).run(tasks);
        for (CollectionPlan of : left) {
            if (settings.sample().isEmpty()) {
                rows(id, of);
            }
            state.verifications().ended(id, of.namespace());
        }
        state.verifications().ended(id);
        return state.verifications().find(id);
    }

    /** Goes on with one of the same files that was stopped, unless it is to be begun anew. */
    private Verifications.Verification begin(List<CollectionPlan> meant) throws InterruptedException {
        boolean sample = settings.sample().isPresent();
        Optional<String> files = Optional.of(source.name());
        if (!sample && !settings.fresh()) {
            Optional<Verifications.Verification> stopped = state.verifications()
                    .unfinished(meant.stream().map(CollectionPlan::namespace).toList(), files);
            if (stopped.isPresent()) {
                return stopped.get();
            }
        }
        Map<Namespace, List<Chunk>> parts = new LinkedHashMap<>();
        for (CollectionPlan of : meant) {
            parts.put(
                    of.namespace(),
                    sample
                            ? List.of(Chunk.whole(of.namespace()))
                            : source.split(of.namespace(), settings.limits().partBytes()));
        }
        boolean whole = meant.size() == plan.collections().size();
        return state.verifications()
                .begin(new Verifications.Intent(sample ? Mode.SAMPLE : Mode.FULL, whole, settings.who(), files), parts);
    }

    private void part(long id, CollectionPlan of, Chunk part, Pg.Session session, Verification.Progress told)
            throws InterruptedException {
        Findings found;
        try (Tx tx = session.begin("compare " + part)) {
            PartComparison comparison = new PartComparison(of);
            found = settings.sample().isPresent()
                    ? comparison.compare(tx, each -> sample(of, each::take))
                    : comparison.compare(tx, each -> read(part, each::take));
            if (!found.doubts().isEmpty() && state.chunks().tookBack(of.namespace())) {
                found = again(of, found, comparison, tx);
            }
        }
        state.verifications().compared(id, part, new Found(found.counts(), found.differences(), Optional.empty()));
        told.compared(1);
    }

    /** Takes what is read. */
    private interface Each {
        void take(RawBatch batch) throws InterruptedException;
    }

    private void sample(CollectionPlan of, Each each) throws InterruptedException {
        List<byte[]> chosen = new ArrayList<>();
        source.sample(of.namespace(), settings.sample().orElseThrow(), batch -> {
            for (int i = 0; i < batch.size(); i++) {
                chosen.add(batch.document(i));
            }
        });
        for (byte[] document : chosen) {
            each.take(RawBatch.of(document));
        }
    }

    private void read(Chunk part, Each each) throws InterruptedException {
        try (ChunkReader reader = source.read(part, ANY)) {
            for (Optional<RawBatch> some = reader.next(); some.isPresent(); some = reader.next()) {
                each.take(some.get());
            }
        } catch (DamagedException e) {
            throw e.failed();
        }
    }

    /** Of documents that the files have several times the last one counts. */
    private Findings again(CollectionPlan of, Findings doubtful, PartComparison comparison, Tx tx)
            throws InterruptedException {
        Map<IdBound, byte[]> last = new HashMap<>();
        List<IdBound> keys = doubtful.doubts().values().stream()
                .flatMap(doubt -> doubt.key().stream())
                .toList();
        source.byIds(of.namespace(), keys, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                last.put(Ids.of(batch, i), batch.document(i));
            }
        });
        Findings settled = comparison.compare(tx, each -> {
            for (byte[] document : last.values()) {
                each.take(RawBatch.of(document));
            }
        });
        settled.documents = doubtful.documents;
        settled.childRows = doubtful.childRows;
        return settled;
    }

    /** Rows of no document, which their number tells; only then they are looked for. */
    private void rows(long id, CollectionPlan of) throws InterruptedException {
        Findings found = new Findings(of.namespace(), of.table());
        long compared = state.verifications().collections(id).stream()
                .filter(one -> one.namespace().equals(of.namespace()))
                .mapToLong(one -> one.counts().documents() - one.counts().missing())
                .sum();
        try (Pg.Session session = pg.session("count " + of.namespace());
                Tx tx = session.begin("look for rows without documents of " + of.namespace())) {
            found.rows = tx.count(of.table());
            if (found.rows > compared || state.chunks().tookBack(of.namespace())) {
                surplus(of, tx, found);
            }
            RowsLookup.orphans(tx, of, found);
        }
        RowsPlace begin = new RowsPlace(Optional.empty(), false);
        RowsPlace end = new RowsPlace(Optional.empty(), true);
        state.verifications()
                .looked(
                        id,
                        of.namespace(),
                        begin,
                        end,
                        new Found(found.counts(), found.differences(), Optional.empty()));
    }

    private void surplus(CollectionPlan of, Tx tx, Findings found) {
        DerivedId derived = DerivedId.in(of.namespace());
        String after = "";
        while (true) {
            Map<UUID, String> rows = new LinkedHashMap<>();
            tx.texts("SELECT id || ' ' || coalesce(mongo_id, '') FROM " + SqlText.quoted(of.table()) + after
                            + " ORDER BY id LIMIT " + ROWS_A_PASS)
                    .forEach(text -> rows.put(UUID.fromString(text.substring(0, 36)), text.substring(37)));
            if (rows.isEmpty()) {
                return;
            }
            after = " WHERE id > '" + rows.keySet().stream().reduce((a, b) -> b).orElseThrow() + "'";
            source.scan(of.namespace(), batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    rows.remove(derived.of(Ids.of(batch, i)));
                }
            });
            rows.forEach((id, mongoId) -> found.surplus(id, Optional.empty(), mongoId));
        }
    }
}
