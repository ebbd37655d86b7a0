package dev.changeover.planfile;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.JsonValue;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.plan.TablePart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the nodes of changeover.yaml into a plan, and notes every mistake with its place. Used once. */
final class PlanReader {
    private static final List<String> TOP = List.of("collections", "left out");
    private static final List<String> COLLECTION = List.of("table", "_id", "seen", "why", "note", "fields", "indexes");
    private static final List<String> INDEX = List.of("skip", "sql", "seen", "why", "note", "digest", "definition");

    private final Mistakes mistakes = new Mistakes();
    private final Set<String> tables = new HashSet<>();
    private final FieldReader fieldReader = new FieldReader(mistakes, this::table);

    /** A place where only the choice stands and {@code changeover plan} is to write the rest. */
    record Unsettled(Namespace namespace, List<String> path, String choice, int line) {}

    /** The plan, with what it lacks, and entries that a change of mind has left without a meaning. */
    record Read(Plan plan, List<Unsettled> unsettled, List<YamlEntries.Entry> leftovers) {}

    Read read(Node root) {
        YamlEntries top = YamlEntries.of(root, "the plan", mistakes).only("part of the plan", TOP);
        List<CollectionPlan> collections = new ArrayList<>();
        top.get("collections").ifPresent(e -> {
            for (YamlEntries.Entry entry :
                    YamlEntries.of(e.value(), "collections", mistakes).all()) {
                namespace(entry).ifPresent(n -> collections.add(collection(n, entry)));
            }
        });
        List<Plan.LeftOut> leftOut = new ArrayList<>();
        top.get("left out").ifPresent(e -> leftOut.addAll(leftOut(e, collections)));
        Set<Namespace> planned = new HashSet<>();
        collections.forEach(c -> planned.add(c.namespace()));
        fieldReader.checkReferences(planned);
        mistakes.throwIfAny();
        return new Read(new Plan(collections, leftOut), fieldReader.unsettled(), fieldReader.leftovers());
    }

    private List<Plan.LeftOut> leftOut(YamlEntries.Entry part, List<CollectionPlan> collections) {
        List<Plan.LeftOut> leftOut = new ArrayList<>();
        YamlEntries names = YamlEntries.of(part.value(), "the collections left out", mistakes);
        for (YamlEntries.Entry entry : names.all()) {
            namespace(entry).ifPresent(namespace -> {
                if (collections.stream().anyMatch(c -> c.namespace().equals(namespace))) {
                    mistakes.add(entry.keyNode(), namespace + " is left out here and planned above; keep one");
                }
                leftOut.add(new Plan.LeftOut(namespace, names.text(entry.key())));
            });
        }
        return leftOut;
    }

    private Optional<Namespace> namespace(YamlEntries.Entry entry) {
        try {
            return Optional.of(Namespace.parse(entry.key()));
        } catch (IllegalArgumentException e) {
            mistakes.add(entry.keyNode(), "'" + entry.key() + "' is no collection; give database.collection");
            return Optional.empty();
        }
    }

    private CollectionPlan collection(Namespace namespace, YamlEntries.Entry entry) {
        YamlEntries entries =
                YamlEntries.of(entry.value(), "a collection", mistakes).only("key of a collection", COLLECTION);
        if (!entries.has("table")) {
            mistakes.add(entry.keyNode(), "a collection needs a table: name");
        }
        TableName table = table(entries);
        String idWord = entries.has("_id") ? entries.word("_id", "BSON type", PlanWords.bsonAliases()) : "objectId";
        TablePart part = TablePart.top(namespace, table);
        List<FieldPlan> fields = entries.get("fields")
                .map(e -> fieldReader.fields(part, e.value()))
                .orElse(List.of());
        List<IndexPlan> indexes = new ArrayList<>();
        entries.get("indexes").ifPresent(e -> {
            for (YamlEntries.Entry index :
                    YamlEntries.of(e.value(), "indexes", mistakes).all()) {
                indexes.add(index(index));
            }
        });
        return new CollectionPlan(
                namespace,
                table,
                BsonType.ofAlias(idWord).orElse(BsonType.OBJECT_ID),
                fields,
                indexes,
                entries.notes());
    }

    /** The table under the key {@code table}; noted when its name is another's too. */
    private TableName table(YamlEntries entries) {
        String text = entries.text("table");
        int dot = text.indexOf('.');
        TableName table = dot < 0
                ? new TableName("public", text)
                : new TableName(text.substring(0, dot), text.substring(dot + 1));
        entries.get("table").ifPresent(e -> {
            if (table.name().isEmpty() || table.schema().isEmpty()) {
                mistakes.add(e.value(), "a table's name is expected here: name or schema.name");
            } else if (Names.bytes(table.name()) > Names.BYTES_MOST || Names.bytes(table.schema()) > Names.BYTES_MOST) {
                mistakes.add(e.value(), "a name has at most " + Names.BYTES_MOST + " bytes in PostgreSQL");
            } else if (!tables.add(table.toString())) {
                mistakes.add(e.value(), "the table " + table + " is there already; give another name");
            }
        });
        return table;
    }

    private IndexPlan index(YamlEntries.Entry entry) {
        YamlEntries entries =
                YamlEntries.of(entry.value(), "an index", mistakes).only("key of an index", INDEX);
        String definition = entries.text("definition");
        try {
            if (JsonValue.parse(definition).group("key").fields().isEmpty()) {
                mistakes.add(entry.keyNode(), "the definition of an index has a key");
            }
        } catch (RuntimeException e) {
            mistakes.add(entry.keyNode(), "an index needs a definition: as MongoDB's listIndexes gives it, in JSON");
        }
        String sql = entries.text("sql");
        if (entries.has("sql") && sql.isBlank()) {
            mistakes.add(entry.keyNode(), "sql: is empty; give a statement, or skip: true to leave the index out");
        }
        return new IndexPlan(
                entry.key(),
                definition,
                sql.isBlank() ? Optional.empty() : Optional.of(sql),
                entries.flag("skip"),
                List.copyOf(new LinkedHashSet<>(entries.texts("digest"))),
                entries.notes());
    }
}
