package dev.changeover.follow;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.Tally;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.state.Spool.Dirty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * One collection's part of a pass: the documents that are read anew, and which of them were found. Which were found is
 * written by the thread that reads, and looked at by the one that writes when the reading has ended.
 */
final class CollectionCut {
    private final CollectionPlan plan;
    private final List<Dirty> dirty;
    private final Map<IdBound, Boolean> found = new HashMap<>();
    private final List<Tally.Unknown> unknown = new ArrayList<>();
    private final List<UUID> alsoSent = new ArrayList<>();
    private final Queue<DocumentMapper> mappers = new ConcurrentLinkedQueue<>();

    CollectionCut(CollectionPlan plan, List<Dirty> dirty) {
        this.plan = plan;
        this.dirty = dirty;
        dirty.forEach(one -> found.put(one.key(), false));
    }

    CollectionPlan plan() {
        return plan;
    }

    Namespace namespace() {
        return plan.namespace();
    }

    int size() {
        return dirty.size();
    }

    List<IdBound> keys(int from, int most) {
        return dirty.subList(from, Math.min(dirty.size(), from + most)).stream()
                .map(Dirty::key)
                .toList();
    }

    DocumentMapper borrow() {
        DocumentMapper used = mappers.poll();
        return used == null ? DocumentMapper.compile(plan) : used;
    }

    /** Its rows have been sent and cleared. */
    void giveBack(DocumentMapper mapper) {
        unknown.addAll(mapper.tally().unknown());
        mapper.tally().clear();
        mappers.add(mapper);
    }

    /** Documents came along whose keys were not asked for, but equal one for MongoDB. */
    void alsoSent(List<UUID> others) {
        alsoSent.addAll(others);
    }

    /** The rows that the pass writes or takes away. */
    UUID[] touched() {
        return Stream.concat(dirty.stream().map(Dirty::id), alsoSent.stream()).toArray(UUID[]::new);
    }

    /** Values of fields that the plan does not know, in what was sent. */
    List<Tally.Unknown> unknown() {
        return unknown;
    }

    /**
     * True the first time that a document comes. It may come twice: keys that are equal for MongoDB but of other bytes (5
     * and 5.0) find the same one.
     */
    boolean isFirst(IdBound key) {
        Boolean before = found.put(key, true);
        return before == null || !before;
    }

    /** False for a document of another key than was asked for, before {@link #isFirst} has seen it. */
    boolean isKnown(IdBound key) {
        return found.containsKey(key);
    }

    UUID[] ids() {
        return dirty.stream().map(Dirty::id).toArray(UUID[]::new);
    }

    /** The rows whose documents are not there; a key of other bytes is another document. */
    List<UUID> missing() {
        List<UUID> missing = new ArrayList<>();
        for (Dirty one : dirty) {
            if (!found.getOrDefault(one.key(), false)) {
                missing.add(one.id());
            }
        }
        return missing;
    }
}
