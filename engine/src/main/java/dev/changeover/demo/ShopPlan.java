package dev.changeover.demo;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.RawBatch;
import dev.changeover.mongo.CollectionFacts;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionProfile;
import dev.changeover.plan.Planner;
import dev.changeover.plan.SourceCollection;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The shop's plan, made as {@code changeover plan} makes one. */
final class ShopPlan {
    private static final int SAMPLE = 10_000;

    private ShopPlan() {}

    static Planner.Planned of(Mongo mongo) {
        List<SourceCollection> sources = new ArrayList<>();
        for (CollectionFacts facts : mongo.collections()) {
            sources.add(source(mongo, facts));
        }
        Planner planner = new Planner((namespace, ids) -> found(mongo, namespace, ids), Shop.NAME);
        return planner.plan(sources, List.of(), Optional.empty());
    }

    private static SourceCollection source(Mongo mongo, CollectionFacts facts) {
        SourceCollection.Kind kind = SourceCollection.Kind.valueOf(facts.kind().name());
        CollectionProfile profile = new CollectionProfile();
        if (kind.copied()) {
            mongo.sample(facts.namespace(), SAMPLE, batch -> add(profile, batch));
        }
        return new SourceCollection(
                facts.namespace(), kind, facts.options(), facts.indexes(), facts.documents(), profile);
    }

    private static void add(CollectionProfile profile, RawBatch batch) {
        for (int i = 0; i < batch.size(); i++) {
            profile.add(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
        }
    }

    private static int found(Mongo mongo, Namespace namespace, List<byte[]> objectIds) {
        AtomicInteger found = new AtomicInteger();
        mongo.byIds(
                namespace, objectIds.stream().map(ShopPlan::bound).toList(), batch -> found.addAndGet(batch.size()));
        return found.get();
    }

    /** The document {@code {_id: ObjectId}}. */
    private static IdBound bound(byte[] objectId) {
        ByteBuffer document = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
        document.putInt(22)
                .put((byte) 0x07)
                .put(new byte[] {'_', 'i', 'd', 0})
                .put(objectId)
                .put((byte) 0);
        return new IdBound(document.array());
    }
}
