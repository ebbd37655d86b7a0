package dev.changeover.dump;

import dev.changeover.Namespace;
import dev.changeover.dump.Elements.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The collections that there are at one place of the oplog. A collection keeps its number under another name, and one that is
 * dropped and made again is another. Confined to one thread.
 */
final class Living {
    private static final Set<String> NO_OPTIONS = Set.of("create", "idIndex", "collMod", "index");

    private final Map<Namespace, Alive> alive = new TreeMap<>();
    private int numbers;

    Living(Collection<Stored> dumped) {
        dumped.forEach(stored -> alive.put(stored.namespace(), new Alive(numbers++, stored)));
    }

    /** A collection with the number that is its own. */
    record Alive(int number, Stored stored) {}

    Stream<Alive> all() {
        return alive.values().stream();
    }

    /** The collection of that name, which a write makes if there is none. */
    Alive of(Namespace namespace) {
        return alive.computeIfAbsent(namespace, absent -> new Alive(numbers++, Stored.bare(absent, Data.NONE)));
    }

    /** What a command changes here; those that change neither rows nor what a plan is made of are known by their names. */
    void command(Entry entry) {
        String database =
                entry.namespace().substring(0, Math.max(0, entry.namespace().indexOf('.')));
        BsonDocument command = new RawBsonDocument(entry.object());
        switch (entry.command()) {
            case "create" -> create(database, command);
            case "drop" -> alive.remove(name(database, command, entry));
            case "dropDatabase" -> alive.keySet().removeIf(one -> one.database().equals(database));
            case "renameCollection" -> rename(command, entry);
            case "emptycapped" -> emptied(name(database, command, entry));
            case "createIndexes" -> index(name(database, command, entry), withoutFirst(command));
            case "commitIndexBuild" ->
                command.getArray("indexes").forEach(one -> index(name(database, command, entry), one.asDocument()));
            case "dropIndexes", "dropIndex", "deleteIndexes", "deleteIndex" ->
                dropIndex(name(database, command, entry), command.get("index"));
            case "collMod" -> modified(name(database, command, entry), command);
            case "startIndexBuild",
                    "abortIndexBuild",
                    "setMultikeyMetadata",
                    "dbCheck",
                    "commitTransaction",
                    "abortTransaction" -> {}
            default -> throw entry.notUnderstood("the oplog has a command that is not known");
        }
    }

    private static Namespace name(String database, BsonDocument command, Entry entry) {
        BsonValue name = command.get(entry.command());
        if (database.isEmpty() || name == null || !name.isString()) {
            throw entry.notUnderstood("the oplog has a command that names no collection");
        }
        return new Namespace(database, name.asString().getValue());
    }

    private void create(String database, BsonDocument command) {
        Namespace namespace =
                new Namespace(database, command.getString("create").getValue());
        if (alive.containsKey(namespace)) {
            return; // it was made while the dump began, and is in it
        }
        BsonDocument options = new BsonDocument();
        command.forEach((name, value) -> {
            if (!NO_OPTIONS.contains(name)) {
                options.put(name, value);
            }
        });
        List<BsonDocument> indexes =
                command.containsKey("idIndex") ? List.of(command.getDocument("idIndex")) : List.of();
        String type = options.containsKey("viewOn")
                ? "view"
                : options.containsKey("timeseries") ? "timeseries" : "collection";
        alive.put(namespace, new Alive(numbers++, new Stored(namespace, type, options, indexes, Data.NONE)));
    }

    private void rename(BsonDocument command, Entry entry) {
        Namespace from = Namespace.parse(command.getString("renameCollection").getValue());
        Namespace to = Namespace.parse(command.getString("to").getValue());
        Alive moved = alive.remove(from);
        if (moved == null) {
            throw entry.notUnderstood("the oplog renames a collection that is not in the dump");
        }
        alive.put(to, new Alive(moved.number(), moved.stored().named(to)));
    }

    private void emptied(Namespace namespace) {
        Alive before = of(namespace);
        alive.put(namespace, new Alive(numbers++, before.stored().emptied()));
    }

    private void change(Namespace namespace, BsonDocument options, List<BsonDocument> indexes) {
        Alive before = of(namespace);
        alive.put(namespace, new Alive(before.number(), before.stored().with(options, indexes)));
    }

    private static BsonDocument withoutFirst(BsonDocument command) {
        BsonDocument rest = new BsonDocument();
        command.entrySet().stream().skip(1).forEach(one -> rest.put(one.getKey(), one.getValue()));
        return rest;
    }

    private void index(Namespace namespace, BsonDocument index) {
        Stored stored = of(namespace).stored();
        List<BsonDocument> indexes = new ArrayList<>(stored.indexes());
        indexes.removeIf(one -> Objects.equals(one.get("name"), index.get("name")));
        indexes.add(index);
        change(namespace, stored.options(), indexes);
    }

    private void dropIndex(Namespace namespace, @Nullable BsonValue which) {
        Stored stored = of(namespace).stored();
        List<BsonDocument> indexes = new ArrayList<>(stored.indexes());
        boolean every = which == null || which.equals(new BsonString("*"));
        indexes.removeIf(one -> every
                ? !Objects.equals(one.get("name"), new BsonString("_id_"))
                : Objects.equals(one.get("name"), which) || Objects.equals(one.get("key"), which));
        change(namespace, stored.options(), indexes);
    }

    private void modified(Namespace namespace, BsonDocument command) {
        Stored stored = of(namespace).stored();
        BsonDocument options = stored.options().clone();
        command.forEach((name, value) -> {
            if (!NO_OPTIONS.contains(name)) {
                options.put(name, value);
            }
        });
        List<BsonDocument> indexes = new ArrayList<>(stored.indexes());
        if (command.get("index") instanceof BsonDocument index) {
            indexes.replaceAll(one -> Objects.equals(one.get("name"), index.get("name"))
                            || Objects.equals(one.get("key"), index.get("keyPattern"))
                    ? modified(one, index)
                    : one);
        }
        change(namespace, options, indexes);
    }

    private static BsonDocument modified(BsonDocument index, BsonDocument change) {
        BsonDocument now = index.clone();
        change.forEach((name, value) -> {
            if (!name.equals("name") && !name.equals("keyPattern")) {
                now.put(name, value);
            }
        });
        if (BsonBoolean.FALSE.equals(now.get("hidden"))) {
            now.remove("hidden");
        }
        return now;
    }

    /** An index as servers before 4.2 told it: a document of system.indexes. */
    void legacyIndex(Entry entry) {
        Map<String, Value> index = Elements.map(entry.object());
        Optional<String> of = Optional.ofNullable(index.get("ns")).flatMap(Value::text);
        if (of.isEmpty()) {
            throw entry.notUnderstood("an index of no collection");
        }
        index(Namespace.parse(of.get()), new RawBsonDocument(entry.object()));
    }
}
