package dev.changeover.planner;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.Names;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the collection whose {@code _id}s a field's ObjectIds are, by looking some of them up. Not thread-safe. */
final class References {
    private static final int CANDIDATES_MOST = 20;

    private final List<Namespace> targets = new ArrayList<>();
    private final ReferenceCheck check;

    /** Only collections that get a table and are keyed by ObjectIds can be referred to. */
    References(List<SourceCollection> sources, ReferenceCheck check) {
        this.check = check;
        for (SourceCollection source : sources) {
            ValueProfile id = source.profile().root().fields().get("_id");
            if (source.kind().copied() && id != null && id.count(BsonType.OBJECT_ID) > 0) {
                targets.add(source.namespace());
            }
        }
    }

    /** What was found: {@code found} of {@code asked} ObjectIds are in {@code target}. */
    record Found(Namespace target, int found, int asked) {
        /** Half is enough: MongoDB lets references dangle, and the conversion needs no row at the other end. */
        boolean isReference() {
            return found * 2 >= asked;
        }

        String share() {
            return Wording.percent(found, asked) + " of " + asked + " looked up are in " + target;
        }
    }

    /** The best match for the ObjectIds of {@code field}; empty when none is in any other collection. */
    Optional<Found> of(String field, Namespace in, ValueProfile values) {
        List<byte[]> ids = values.objectIds();
        Optional<Found> best = Optional.empty();
        if (ids.isEmpty()) {
            return best;
        }
        for (Namespace target : candidates(field, in)) {
            Found found = new Found(target, check.found(target, ids), ids.size());
            if (found.found() > best.map(Found::found).orElse(0)) {
                best = Optional.of(found);
            }
            if (found.found() * 10 >= ids.size() * 9) {
                break;
            }
        }
        return best;
    }

    /** Likely ones first: those that sound like the field, then those of the same database. */
    private List<Namespace> candidates(String field, Namespace in) {
        String stem = stem(Names.snake(field));
        return targets.stream()
                .sorted(Comparator.comparing((Namespace n) -> !soundsLike(stem, n))
                        .thenComparing(n -> !n.database().equals(in.database()))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(CANDIDATES_MOST)
                .toList();
    }

    private static boolean soundsLike(String stem, Namespace target) {
        String collection = Names.snake(target.collection());
        return !stem.isEmpty() && (collection.startsWith(stem) || stem.endsWith(stem(collection)));
    }

    /** Without the tails that only tell that there is a key, or more than one. */
    private static String stem(String name) {
        return name.replaceFirst("_?(ids?|refs?|oid)$", "").replaceFirst("(ies|y|es|s)$", "");
    }
}
