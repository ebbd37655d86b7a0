package dev.changeover.cutover;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.Ids;
import dev.changeover.mongo.FencedWriter;
import dev.changeover.mongo.FencedWriter.Write;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.reverse.Reverse;
import dev.changeover.state.Ends;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One document that goes from MongoDB to PostgreSQL with all others, is changed there, and comes back behind the fence: the way
 * back is shown to work before it is needed. Confined to one thread.
 */
public final class Canary {
    private static final TableName TABLE = new TableName("changeover", "canary");
    private static final String NOTE = "there and back";
    private static final int ID_LENGTH = 12;

    private final Ends ends;
    private final Namespace namespace;

    Canary(Ends ends) {
        this.ends = ends;
        namespace = namespace(ends.source());
    }

    /** In the database that is followed, where that is only one. */
    private static Namespace namespace(Mongo source) {
        return new Namespace(source.database().orElse("changeover"), "changeover.canary");
    }

    /** What is followed, and followed back: the plan's collections and this one. */
    public static Plan with(Plan plan, Mongo source) {
        List<CollectionPlan> all = new ArrayList<>(plan.collections());
        all.add(new CollectionPlan(
                namespace(source),
                TABLE,
                BsonType.OBJECT_ID,
                List.of(
                        FieldPlan.Column.of("n", "n", ColumnType.BIGINT, BsonType.INT64),
                        FieldPlan.Column.of("note", "note", ColumnType.TEXT, BsonType.STRING)),
                List.of(),
                Notes.NONE));
        return new Plan(all, plan.leftOut());
    }

    static boolean isOf(CollectionPlan collection) {
        return collection.table().equals(TABLE);
    }

    private static byte[] document(long n) {
        BsonWriter out = new BsonWriter(new Bytes(64)).begin();
        out.name(BsonType.OBJECT_ID, "_id").raw(new byte[ID_LENGTH], 0, ID_LENGTH);
        out.name(BsonType.STRING, "note").string(NOTE);
        out.name(BsonType.INT64, "n").int64(n).end();
        return Arrays.copyOf(out.out().array(), out.out().size());
    }

    private static IdBound key() {
        byte[] document = document(0);
        return Ids.of(document, 0, document.length);
    }

    /** Writes it to MongoDB, before there is a fence. Before the writer of the way back is begun, which counts its steps. */
    void send(long n) throws InterruptedException {
        try (FencedWriter writer = ends.source()
                .writer(ends.state().reverse().fence(), ends.owner().epoch())) {
            long unused = writer.transaction("send the canary", transaction -> {
                Map<IdBound, byte[]> there = transaction.read(namespace, List.of(key()));
                transaction.write(List.of(
                        there.isEmpty()
                                ? new Write.Insert(namespace, document(n))
                                : new Write.Replace(namespace, document(n))));
                return n;
            });
        }
    }

    /** It must be in PostgreSQL; it is changed there, and must be so in MongoDB, all else of it being what it was. */
    void bringBack(long n, long changed, Reverse reverse) throws InterruptedException {
        Optional<Long> here = ends.state().cutovers().canary();
        require(here.equals(Optional.of(n)), "PostgreSQL has " + here + " for the canary's n, not " + n);
        ends.state().cutovers().changeCanary(ends.owner(), changed);
        reverse.drain();
        ClusterTime now = ends.source().note("changeover looks for its canary");
        List<byte[]> back = new ArrayList<>();
        ends.source().readAt(namespace, List.of(key()), now, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                back.add(batch.document(i));
            }
        });
        require(
                back.size() == 1 && Arrays.equals(back.getFirst(), document(changed)),
                "the canary, changed in PostgreSQL, did not come back to MongoDB as it should");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new FailedException(new Failure.Refused(
                    "prove the way back", otherwise, "changeover status shows what the process that follows says."));
        }
    }
}
