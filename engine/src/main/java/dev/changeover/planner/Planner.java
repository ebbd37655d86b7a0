package dev.changeover.planner;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Draft;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.NameScope;
import dev.changeover.plan.Names;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.plan.TablePart;
import dev.changeover.profile.CollectionProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides what each collection becomes, from what its documents look like. Given the plan a person may have edited, it
 * keeps all of that, fills in choices only named there, and adds what is new. Deterministic; keeps no state.
 */
public final class Planner {
    private final ReferenceCheck check;
    private final String schema;

    /** {@code schema} takes the tables of collections that have no plan yet. */
    public Planner(ReferenceCheck check, String schema) {
        this.check = check;
        this.schema = schema;
    }

    /** A plan, how it differs from the one before in a line each, and its figures. */
    public record Planned(Plan plan, List<String> drift, List<CollectionSummary> summaries) {
        public Planned {
            drift = List.copyOf(drift);
            summaries = List.copyOf(summaries);
        }
    }

    /**
     * {@code sources} are the namespaces asked for and {@code notAsked} the others; a collection that the draft
     * has and that is in neither is gone.
     */
    public Planned plan(List<SourceCollection> sources, List<Plan.LeftOut> notAsked, Optional<Draft> draft) {
        Plan before = draft.map(Draft::plan).orElse(new Plan(List.of(), List.of()));
        Set<Namespace> leftOutBefore = new HashSet<>();
        before.leftOut().forEach(l -> leftOutBefore.add(l.namespace()));
        List<SourceCollection> sorted = sources.stream()
                .sorted(Comparator.comparing(SourceCollection::namespace))
                .filter(s -> !leftOutBefore.contains(s.namespace()))
                .toList();
        List<String> drift = new ArrayList<>();
        Map<Namespace, CollectionPlan> plans = new LinkedHashMap<>();
        before.collections().forEach(c -> plans.put(c.namespace(), c));
        Tables tables = new Tables(schema, before, sorted);
        References references = new References(sorted, check);
        List<CollectionSummary> summaries = new ArrayList<>();
        for (SourceCollection source : sorted) {
            if (source.kind().copied()) {
                Optional<CollectionPlan> known = before.of(source.namespace());
                CollectionPlan plan = collection(source, known, tables, new Work(references, draft, drift));
                plans.put(source.namespace(), plan);
                summaries.add(Review.of(plan, source));
                if (known.isEmpty() && draft.isPresent()) {
                    drift.add(source.namespace() + ": new collection, table " + plan.table());
                }
            }
        }
        List<Plan.LeftOut> leftOut = leftOut(before, sorted, notAsked);
        gone(before, sources, notAsked, drift);
        return new Planned(new Plan(List.copyOf(plans.values()), leftOut), drift, summaries);
    }

    /** What planning one collection takes from planning all. */
    private record Work(References references, Optional<Draft> draft, List<String> drift) {}

    private CollectionPlan collection(
            SourceCollection source, Optional<CollectionPlan> before, Tables tables, Work work) {
        CollectionProfile profile = source.profile();
        boolean complete = profile.documents() >= source.documents();
        TableName table = before.map(CollectionPlan::table).orElseGet(() -> tables.of(source.namespace()));
        Set<List<String>> unsettled =
                work.draft().map(d -> d.unsettled(source.namespace())).orElse(Set.of());
        TablePlanner planner =
                new TablePlanner(new FieldPlanner(work.references()), tables.scope(table), unsettled, complete);
        List<FieldPlan> fields = planner.fields(
                TablePart.top(source.namespace(), table),
                before.map(CollectionPlan::fields).orElse(List.of()),
                profile.root(),
                before.isPresent());
        BsonType idType = before.map(CollectionPlan::idType).orElseGet(() -> idType(profile));
        CollectionPlan columns = new CollectionPlan(
                source.namespace(),
                table,
                idType,
                fields,
                before.map(CollectionPlan::indexes).orElse(List.of()),
                notes(source, before, complete, planner.withoutColumn()));
        IndexPlanner indexes = new IndexPlanner(source);
        List<IndexPlan> planned = indexes.plan(columns, before.isPresent());
        work.drift().addAll(planner.drift());
        work.drift().addAll(indexes.drift());
        return new CollectionPlan(columns.namespace(), table, idType, fields, planned, columns.notes());
    }

    private static BsonType idType(CollectionProfile profile) {
        return Optional.ofNullable(profile.root().fields().get("_id"))
                .filter(id -> !id.types().isEmpty())
                .map(id -> id.types().get(0))
                .orElse(BsonType.OBJECT_ID);
    }

    private static Notes notes(
            SourceCollection source, Optional<CollectionPlan> before, boolean complete, long withoutColumn) {
        String seen = Wording.collection(source.profile(), source.documents());
        if (before.isPresent()) {
            Notes notes = before.get().notes();
            return new Notes(complete || notes.seen().isEmpty() ? seen : notes.seen(), notes.why(), notes.note());
        }
        return Notes.seen(seen, Answers.why(source, withoutColumn));
    }

    private static List<Plan.LeftOut> leftOut(
            Plan before, List<SourceCollection> sources, List<Plan.LeftOut> notAsked) {
        Map<Namespace, Plan.LeftOut> leftOut = new LinkedHashMap<>();
        before.leftOut().forEach(l -> leftOut.put(l.namespace(), l));
        List<Plan.LeftOut> fresh = new ArrayList<>(notAsked);
        for (SourceCollection source : sources) {
            if (!source.kind().copied()) {
                fresh.add(new Plan.LeftOut(source.namespace(), Answers.leftOut(source)));
            }
        }
        fresh.sort(Comparator.comparing(Plan.LeftOut::namespace));
        for (Plan.LeftOut one : fresh) {
            if (before.of(one.namespace()).isEmpty()) {
                leftOut.putIfAbsent(one.namespace(), one);
            }
        }
        return List.copyOf(leftOut.values());
    }

    private static void gone(
            Plan before, List<SourceCollection> sources, List<Plan.LeftOut> notAsked, List<String> drift) {
        Set<Namespace> there = new HashSet<>();
        sources.forEach(s -> there.add(s.namespace()));
        notAsked.forEach(l -> there.add(l.namespace()));
        for (CollectionPlan collection : before.collections()) {
            if (!there.contains(collection.namespace())) {
                drift.add(collection.namespace() + ": no such collection any more");
            }
        }
    }

    /** The tables' names: those of the plan before stay; new ones are made different from all others. */
    private static final class Tables {
        private final String schema;
        private final Map<String, NameScope> scopes = new HashMap<>();
        private final Map<String, Integer> wanted = new HashMap<>();

        Tables(String schema, Plan before, List<SourceCollection> sources) {
            this.schema = schema;
            for (CollectionPlan collection : before.collections()) {
                scope(collection.table()).claim(collection.table().name());
                collection
                        .children()
                        .forEach(c -> scope(c.table()).claim(c.table().name()));
            }
            sources.stream()
                    .filter(s -> s.kind().copied())
                    .forEach(s -> wanted.merge(Names.snake(s.namespace().collection()), 1, Integer::sum));
        }

        NameScope scope(TableName table) {
            return scopes.computeIfAbsent(table.schema(), s -> new NameScope(Set.of()));
        }

        TableName of(Namespace namespace) {
            String name = Names.snake(namespace.collection());
            NameScope scope = scope(new TableName(schema, name));
            boolean clash = wanted.getOrDefault(name, 0) > 1 || !scope.isFree(name);
            String whole = Names.snake(namespace.database()) + "_" + name;
            return new TableName(schema, scope.take(clash ? Names.fit(whole, namespace.toString()) : name));
        }
    }
}
