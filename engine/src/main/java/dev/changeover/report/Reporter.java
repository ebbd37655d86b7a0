package dev.changeover.report;

import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.finish.Finish;
import dev.changeover.finish.FinishSettings;
import dev.changeover.finish.Proposal;
import dev.changeover.finish.Source;
import dev.changeover.index.IndexDefinition;
import dev.changeover.index.IndexTranslation;
import dev.changeover.mapping.Tally;
import dev.changeover.mongo.UpdatedFields;
import dev.changeover.phase.Guard;
import dev.changeover.phase.Steps;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.TableUse;
import dev.changeover.state.Drift;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Gathers a {@link Report}: looks into the target, changes nothing. The package's door. */
public final class Reporter {
    private static final int DIFFERENCES_SHOWN = 100;

    private final Pg pg;
    private final State state;
    private final Source source;
    private final List<UpdatedFields> updates;

    /** Without validators in {@code source}, none are told; {@code updates} are those that MongoDB had of late. */
    public Reporter(Pg pg, State state, Source source, List<UpdatedFields> updates) {
        this.pg = pg;
        this.state = state;
        this.source = source;
        this.updates = List.copyOf(updates);
    }

    /** {@code steps} knows what must hold before the next phase; {@code at} is the time that the report is of. */
    public Report read(Steps steps, Instant at) throws InterruptedException {
        Phases.Now now = state.phases().now();
        Optional<Phase> next = now.phase().next().filter(phase -> phase != Phase.POSTGRES); // that takes a cutover
        List<Guard> guards = next.isPresent() ? steps.look(next.get()).guards() : List.of();
        Proposal finish =
                new Finish(pg, state, source, new FinishSettings(true, false), Station.Listener.NONE).look(table -> {});
        List<Verifications.Newest> newest = state.verifications().newest();
        return new Report(
                state.runs().find().orElseThrow().source(),
                at,
                now,
                next,
                guards,
                collections(newest),
                state.verifications().differences(newest, DIFFERENCES_SHOWN),
                indexes(),
                finish,
                new Advisor(source.plan(), use(), finish, updates).advice());
    }

    private List<Report.Collection> collections(List<Verifications.Newest> newest) throws InterruptedException {
        Map<Namespace, Verifications.Newest> verified = new HashMap<>();
        newest.forEach(one -> verified.put(one.namespace(), one));
        Map<Namespace, List<Tally.Line>> ledger = state.watch().tallies();
        Map<Namespace, Long> copied = new HashMap<>();
        for (Watch.CollectionState one : state.watch().collections()) {
            copied.put(one.namespace(), one.counts().rows());
        }
        List<Drift.Field> drift = state.drift().fields();
        List<Report.Collection> all = new ArrayList<>();
        for (CollectionPlan of : source.plan().collections()) {
            Namespace namespace = of.namespace();
            all.add(new Report.Collection(
                    namespace,
                    of.table(),
                    copied.getOrDefault(namespace, 0L),
                    verified.getOrDefault(
                            namespace, new Verifications.Newest(namespace, Optional.empty(), Duration.ZERO, 0)),
                    ledger.getOrDefault(namespace, List.of()).stream()
                            .filter(line -> line.outcome() != Tally.Outcome.EXACT)
                            .toList(),
                    drift.stream()
                            .filter(field -> field.namespace().equals(namespace))
                            .toList()));
        }
        return all;
    }

    private List<TableUse> use() throws InterruptedException {
        List<TableUse> all = new ArrayList<>();
        for (CollectionPlan of : source.plan().collections()) {
            for (Table table : Table.of(of)) {
                pg.transaction("look how " + table.name() + " is used", tx -> TableUse.of(tx, table.name()))
                        .ifPresent(all::add);
            }
        }
        return all;
    }

    /** Every index of MongoDB that the plan knows. */
    private List<Report.Index> indexes() throws InterruptedException {
        Map<String, Boolean> valid = pg.transaction("look at the indexes", TableUse::indexes);
        List<Report.Index> all = new ArrayList<>();
        for (IndexTranslation.Translated one : IndexTranslation.all(source.plan())) {
            all.add(index(one, valid));
        }
        for (CollectionPlan of : source.plan().collections()) {
            of.indexes().stream()
                    .filter(IndexPlan::skip)
                    .forEach(index -> all.add(
                            new Report.Index(of.table(), index.name(), Report.State.NONE, "left out by the plan")));
        }
        return all;
    }

    private static Report.Index index(IndexTranslation.Translated one, Map<String, Boolean> valid) {
        CollectionPlan of = one.collection();
        String name = one.index().name();
        if (one.index().sql().isPresent()) {
            return new Report.Index(
                    of.table(),
                    name,
                    state(of.table().schema(), List.of(name), valid),
                    one.index().sql().get());
        }
        return switch (one.translation()) {
            case IndexTranslation.Sql sql ->
                new Report.Index(
                        of.table(),
                        name,
                        state(
                                of.table().schema(),
                                sql.indexes().stream()
                                        .map(IndexDefinition::name)
                                        .toList(),
                                valid),
                        one.translation().shown());
            case IndexTranslation.Covered covered ->
                new Report.Index(of.table(), name, Report.State.COVERED, covered.by());
            case IndexTranslation.NotTranslated not ->
                new Report.Index(of.table(), name, Report.State.NONE, not.reason());
        };
    }

    private static Report.State state(String schema, List<String> names, Map<String, Boolean> valid) {
        List<Boolean> there = names.stream()
                .map(name -> valid.get(schema + "." + name))
                .filter(Objects::nonNull)
                .toList();
        return there.size() < names.size()
                ? Report.State.MISSING
                : there.contains(false) ? Report.State.INVALID : Report.State.PRESENT;
    }
}
