package dev.changeover.mongo;

import com.mongodb.MongoException;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;

/** Reads from the change stream which fields were updated of late: their paths, never their values. */
final class UpdatesLately {
    /** A path can have a key made from data, as in {@code perDay.2026-11-27}: from here on new ones count for their parent. */
    private static final int PATHS_MOST = 2_000;

    private static final long UPDATES_MOST = 50_000;
    private static final int BATCH = 1_000;
    /** One after the other, as an hour of one deployment is a minute of another. */
    private static final List<Duration> STRETCHES =
            List.of(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofHours(1));

    private static final Duration PATIENCE = Duration.ofMillis(200);
    private static final List<BsonDocument> PATHS = List.of(
            BsonDocument.parse("{$match: {operationType: 'update'}}"),
            BsonDocument.parse(
                    "{$project: {_id: 1, ns: 1, paths: {$concatArrays: ["
                            + "{$map: {input: {$objectToArray: {$ifNull: ['$updateDescription.updatedFields', {}]}}, in: '$$this.k'}},"
                            + "{$ifNull: ['$updateDescription.removedFields', []]},"
                            + "{$map: {input: {$ifNull: ['$updateDescription.truncatedArrays', []]}, in: '$$this.field'}}]}}}"));

    private final Members members;
    private final Optional<String> database;
    private final ChangeEvents events = new ChangeEvents();
    private final Map<Namespace, Counted> byCollection = new HashMap<>();
    private final BsonCursor event = new BsonCursor();
    private final BsonCursor path = new BsonCursor();
    private long updates;

    UpdatesLately(Members members, Optional<String> database) {
        this.members = members;
        this.database = database;
    }

    /**
     * Of the updates between {@code first} and {@code now} those of the longest stretch up to now that has not too many and is
     * read within {@code budget}.
     */
    Optional<List<UpdatedFields>> read(ClusterTime first, ClusterTime now, Duration budget) {
        long end = System.nanoTime() + budget.toNanos();
        Optional<List<UpdatedFields>> best = Optional.empty();
        try {
            for (Duration stretch : STRETCHES) {
                ClusterTime wanted = new ClusterTime(Math.max(0, now.seconds() - stretch.toSeconds()), 1);
                boolean whole = read(first.isAfter(wanted) ? first : wanted, now, end);
                if (whole || best.isEmpty()) {
                    best = Optional.of(counted());
                }
                if (!whole || first.isAfter(wanted)) {
                    break;
                }
            }
        } catch (MongoException notToBeHad) {
            return best;
        }
        return best;
    }

    /** True when all of it was read by the time {@code end}. */
    private boolean read(ClusterTime from, ClusterTime to, long end) {
        byCollection.clear();
        updates = 0;
        try (ChangeReader reader =
                new ChangeReader(members, database, new ChangeReader.StartPoint.At(from), BATCH, PATHS)) {
            while (updates < UPDATES_MOST && System.nanoTime() - end < 0) {
                Reply reply = reader.answer(PATIENCE);
                count(reply);
                if (events.position(reply).compareTo(to) >= 0) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<UpdatedFields> counted() {
        List<UpdatedFields> all = new ArrayList<>();
        byCollection.forEach(
                (namespace, counted) -> all.add(new UpdatedFields(namespace, counted.updates, counted.byPath)));
        return all;
    }

    private static final class Counted {
        long updates;
        final Map<String, Long> byPath = new HashMap<>();

        /** {@code paths} without doubles: two elements of an array are one path. */
        void add(Set<String> paths) {
            updates++;
            for (String path : paths) {
                byPath.merge(known(path), 1L, Long::sum);
            }
        }

        private String known(String path) {
            String known = path;
            while (byPath.size() >= PATHS_MOST && !byPath.containsKey(known) && known.contains(".")) {
                known = known.substring(0, known.lastIndexOf('.'));
            }
            return known;
        }
    }

    private void count(Reply reply) {
        for (int i = 0; i < reply.size(); i++) {
            byte[] bytes = reply.bytes();
            Optional<Namespace> namespace = Optional.empty();
            Set<String> paths = new HashSet<>();
            event.open(bytes, reply.offset(i), reply.offset(i) + reply.length(i));
            while (event.next()) {
                if (event.name().equals("ns")) {
                    namespace = Optional.of(events.namespace(bytes, event.valueStart(), event.valueEnd()));
                } else if (event.name().equals("paths")) {
                    path.open(bytes, event.valueStart(), event.valueEnd());
                    while (path.next()) {
                        paths.add(anyPlace(ChangeEvents.text(bytes, path.valueStart(), path.valueEnd())));
                    }
                }
            }
            namespace.ifPresent(of ->
                    byCollection.computeIfAbsent(of, none -> new Counted()).add(paths));
            updates++;
        }
    }

    private static String anyPlace(String path) {
        return path.replaceAll("\\.[0-9]+(?=\\.|$)", ".*");
    }
}
