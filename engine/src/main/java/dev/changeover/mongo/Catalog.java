package dev.changeover.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.client.model.Filters;
import dev.changeover.CollectionKind;
import dev.changeover.Namespace;
import dev.changeover.source.CollectionFacts;
import dev.changeover.source.Kinds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/** What the server's catalog says of databases and collections. Thread-safe. */
final class Catalog {
    private static final int NOT_ON_A_VIEW = 166;
    private static final int NOT_THERE = 26;
    private static final Set<String> SERVERS_OWN = Set.of("admin", "local", "config");
    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private final Members members;
    private final Retry retry;
    private final Optional<String> database;
    private final Map<Namespace, CollectionKind> kinds = new ConcurrentHashMap<>();
    private final Map<Namespace, Size> sizes = new ConcurrentHashMap<>();

    /** Of the one database meant, or of all but the server's own. */
    Catalog(Members members, Retry retry, Optional<String> database) {
        this.members = members;
        this.retry = retry;
        this.database = database;
    }

    /** The server's estimates: documents, and their uncompressed bytes. */
    record Size(long documents, long bytes) {
        long perDocument() {
            return documents <= 0 ? 512 : Math.max(16, bytes / documents);
        }
    }

    List<String> databases() {
        if (database.isPresent()) {
            return List.of(database.get());
        }
        Retry.Ask ask = new Retry.Ask("list the databases", "role readAnyDatabase, or name one database in the URI");
        List<String> names = new ArrayList<>();
        for (String name :
                retry.call(ask, () -> members.main().listDatabaseNames().into(new ArrayList<>()))) {
            if (!SERVERS_OWN.contains(name)) {
                names.add(name);
            }
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    List<CollectionFacts> collections() {
        List<CollectionFacts> all = new ArrayList<>();
        for (String name : databases()) {
            List<BsonDocument> entries = entries(name);
            Set<String> names = new HashSet<>();
            entries.forEach(e -> names.add(e.getString("name").getValue()));
            for (BsonDocument entry : entries) {
                all.add(facts(name, entry, names));
            }
        }
        all.sort(Comparator.comparing(CollectionFacts::namespace));
        return all;
    }

    private List<BsonDocument> entries(String name) {
        return entries(name, new BsonDocument());
    }

    private List<BsonDocument> entries(String name, Bson filter) {
        Retry.Ask ask = new Retry.Ask("list the collections of " + name, read(name));
        return retry.call(
                ask,
                () -> members.main()
                        .getDatabase(name)
                        .listCollections(BsonDocument.class)
                        .filter(filter)
                        .into(new ArrayList<>()));
    }

    Map<Namespace, Optional<UUID>> uuids(Collection<Namespace> namespaces) {
        Map<Namespace, Optional<UUID>> uuids = new HashMap<>();
        namespaces.forEach(namespace -> uuids.put(namespace, Optional.empty()));
        namespaces.stream().map(Namespace::database).distinct().forEach(name -> {
            List<String> wanted = namespaces.stream()
                    .filter(namespace -> namespace.database().equals(name))
                    .map(Namespace::collection)
                    .toList();
            for (BsonDocument entry : entries(name, Filters.in("name", wanted))) {
                Namespace there = remember(name, entry);
                BsonValue uuid = entry.getDocument("info", new BsonDocument()).get("uuid");
                if (uuid != null && uuid.isBinary()) {
                    uuids.put(there, Optional.of(uuid.asBinary().asUuid()));
                }
            }
        });
        return uuids;
    }

    private CollectionFacts facts(String database, BsonDocument entry, Set<String> siblings) {
        Namespace namespace = new Namespace(database, entry.getString("name").getValue());
        CollectionKind kind = kindOf(entry, siblings);
        kinds.put(namespace, kind);
        boolean stored = kind != CollectionKind.VIEW && kind != CollectionKind.SYSTEM;
        Size size = stored ? size(namespace) : new Size(0, 0);
        return new CollectionFacts(
                namespace,
                kind,
                entry.getDocument("options", new BsonDocument()).toJson(CANONICAL),
                stored ? indexes(namespace) : List.of(),
                size.documents(),
                size.bytes());
    }

    private static CollectionKind kindOf(BsonDocument entry, Set<String> siblings) {
        return Kinds.of(
                entry.getString("name").getValue(),
                entry.getString("type", new BsonString("collection")).getValue(),
                entry.getDocument("options", new BsonDocument()),
                siblings);
    }

    private List<String> indexes(Namespace namespace) {
        Retry.Ask ask = new Retry.Ask("list the indexes of " + namespace, read(namespace.database()));
        List<String> definitions = new ArrayList<>();
        retry.call(
                        ask,
                        () -> members.main()
                                .getDatabase(namespace.database())
                                .getCollection(namespace.collection())
                                .listIndexes(RawBsonDocument.class)
                                .into(new ArrayList<>()))
                .forEach(index -> definitions.add(index.toJson(CANONICAL)));
        return definitions;
    }

    /** Asked anew; what it was when a chunk is read matters only for the size of batches. */
    Size size(Namespace namespace) {
        Retry.Ask ask = new Retry.Ask("ask for the size of " + namespace, read(namespace.database()));
        Size size = retry.call(ask, () -> {
            try {
                return statistics(namespace);
            } catch (MongoCommandException e) {
                if (e.getErrorCode() == NOT_ON_A_VIEW || e.getErrorCode() == NOT_THERE) {
                    return new Size(0, 0);
                }
                throw e;
            }
        });
        sizes.put(namespace, size);
        return size;
    }

    Size lastSize(Namespace namespace) {
        Size known = sizes.get(namespace);
        return known == null ? size(namespace) : known;
    }

    private Size statistics(Namespace namespace) {
        List<BsonDocument> pipeline = List.of(
                BsonDocument.parse("{$collStats: {storageStats: {}}}"),
                BsonDocument.parse("{$group: {_id: null, documents: {$sum: {$toLong: '$storageStats.count'}},"
                        + " bytes: {$sum: {$toLong: '$storageStats.size'}}}}"));
        BsonDocument found = members.main()
                .getDatabase(namespace.database())
                .getCollection(namespace.collection())
                .aggregate(pipeline, BsonDocument.class)
                .first();
        return found == null ? new Size(0, 0) : new Size(number(found.get("documents")), number(found.get("bytes")));
    }

    static long number(@Nullable BsonValue value) {
        return value != null && value.isNumber() ? value.asNumber().longValue() : 0;
    }

    /** What {@code namespace} is; a collection that is not there counts as an ordinary one. */
    CollectionKind kind(Namespace namespace) {
        CollectionKind known = kinds.get(namespace);
        if (known != null) {
            return known;
        }
        for (BsonDocument entry : entries(namespace.database())) {
            Namespace unused = remember(namespace.database(), entry);
        }
        return kinds.computeIfAbsent(namespace, absent -> CollectionKind.COLLECTION);
    }

    /** Notes what kind of namespace the entry is of, and returns it. */
    private Namespace remember(String database, BsonDocument entry) {
        Namespace namespace = new Namespace(database, entry.getString("name").getValue());
        kinds.put(namespace, kindOf(entry, Set.of()));
        return namespace;
    }

    /** It may have become something else. */
    void forget(Namespace namespace) {
        kinds.remove(namespace);
    }

    static String read(String database) {
        return "role read on database " + database;
    }
}
