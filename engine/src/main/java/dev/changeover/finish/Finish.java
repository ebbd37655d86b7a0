package dev.changeover.finish;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.finish.Finding.State;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.ConcurrentBuild;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.TableFacts;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Promises;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Proposes what the tables can be made to promise, from what their rows hold now, and makes it: each step by itself,
 * online, and from wherever an earlier process left it. The package's door. Confined to one thread.
 */
public final class Finish {
    private static final String LOOK = "look at the tables";

    private final Pg pg;
    private final dev.changeover.state.State state;
    private final Source source;
    private final FinishSettings settings;
    private final Station.Listener stations;

    public Finish(
            Pg pg,
            dev.changeover.state.State state,
            Source source,
            FinishSettings settings,
            Station.Listener stations) {
        this.pg = pg;
        this.state = state;
        this.source = source;
        this.settings = settings;
        this.stations = stations;
    }

    /** Reads every table once; {@code each} is told which. Refused while the tables are not what MongoDB holds. */
    public Proposal look(Consumer<TableName> each) throws InterruptedException {
        refuseTooEarly();
        Wanted wanted = Wanted.of(source, pg.facts().major());
        Map<Step, Finding> findings = new HashMap<>();
        List<Step> steps = new ArrayList<>(wanted.steps());
        List<Step> others = othersNotNull(steps);
        Map<String, String> takenBack = takenBack();
        for (Table table : Wanted.tables(source.plan())) {
            each.accept(table.name());
            Optional<TableFacts> facts = pg.transaction(LOOK, tx -> TableFacts.of(tx, table.name()));
            for (List<Step> of : List.of(steps, others)) {
                List<Step> here = of.stream()
                        .filter(step -> step.table().equals(table.name()))
                        .toList();
                if (facts.isPresent()) {
                    look(table, facts.get(), here, findings);
                } else {
                    here.forEach(step -> findings.put(
                            step, new Finding(step, State.BLOCKED, "the table is not there", List.of(), List.of())));
                }
            }
        }
        steps.addAll(lastPromised(steps), held(others, findings));
        return new Proposal(
                steps.stream()
                        .filter(findings::containsKey)
                        .map(step -> told(findings, step, takenBack))
                        .toList(),
                wanted.remarks(),
                warnings());
    }

    /** Of the columns of fields that validators require: which hold NULL. Reads each of their tables once. */
    public List<Finding> required() throws InterruptedException {
        refuseTooEarly();
        List<Step> wanted = Wanted.of(source, pg.facts().major()).steps();
        List<Finding> found = new ArrayList<>();
        for (Table table : Wanted.tables(source.plan())) {
            List<Step.Promised> here = wanted.stream()
                    .filter(step -> step.table().equals(table.name()))
                    .filter(Step.NotNull.class::isInstance)
                    .map(Step.Promised.class::cast)
                    .toList();
            Optional<TableFacts> facts =
                    here.isEmpty() ? Optional.empty() : pg.transaction(LOOK, tx -> TableFacts.of(tx, table.name()));
            if (facts.isPresent()) {
                found.addAll(new TableLook(pg, table.name(), table.parent(), facts.get())
                        .at(here)
                        .values());
            }
        }
        return found;
    }

    private void refuseTooEarly() throws InterruptedException {
        boolean copied = state.runs().find().flatMap(row -> row.copied()).isPresent();
        boolean filling = state.nextPlan().waits() || !state.backfills().open().isEmpty();
        if (!copied || filling) {
            throw new FailedException(new Failure.Refused(
                    "finish the tables of " + pg.shown(),
                    copied ? "new columns are being filled" : "the copy is not complete",
                    copied
                            ? "Wait until changeover plan --apply says that they are filled."
                            : "Let changeover run copy all of it first; changeover status shows how far it is."));
        }
    }

    /** NOT NULL for columns that nobody has asked for. */
    private List<Step> othersNotNull(List<Step> asked) {
        List<String> known = asked.stream()
                .filter(Step.NotNull.class::isInstance)
                .map(step -> step.table() + "." + step.name())
                .toList();
        return settings.allNotNull()
                ? source.plan().collections().stream()
                        .map(Wanted::columns)
                        .flatMap(List::stream)
                        .filter(step -> !known.contains(step.table() + "." + step.name()))
                        .collect(Collectors.toUnmodifiableList())
                : List.of();
    }

    /** Only those that hold no NULL are worth a line. */
    private static List<Step> held(List<Step> others, Map<Step, Finding> findings) {
        return others.stream()
                .filter(step -> {
                    Finding found = findings.get(step);
                    return found != null && found.state() != State.BLOCKED;
                })
                .toList();
    }

    /** Before foreign keys and statistics. */
    private static int lastPromised(List<Step> steps) {
        int at = 0;
        while (at < steps.size()
                && !(steps.get(at) instanceof Step.ForeignKey || steps.get(at) instanceof Step.Analyze)) {
            at++;
        }
        return at;
    }

    private void look(Table table, TableFacts facts, List<Step> steps, Map<Step, Finding> into)
            throws InterruptedException {
        List<Step.Promised> promised = new ArrayList<>();
        for (Step step : steps) {
            switch (step) {
                case Step.Index index -> index(index, facts).ifPresent(finding -> into.put(step, finding));
                case Step.Analyze analyze -> into.put(step, analyze(analyze, facts));
                case Step.NotNull one -> promised.add(one);
                case Step.Check one -> promised.add(one);
                case Step.ForeignKey one -> promised.add(one);
            }
        }
        into.putAll(new TableLook(pg, table.name(), table.parent(), facts).at(promised));
    }

    private static Finding analyze(Step.Analyze step, TableFacts facts) {
        List<String> sql = List.of(new BuildStep.Analyze(step.table()).sql());
        return new Finding(step, facts.analyzed() ? State.DONE : State.READY, "", sql, List.of());
    }

    /** Empty for an index that would only serve a foreign key, where another does. */
    private Optional<Finding> index(Step.Index step, TableFacts facts) throws InterruptedException {
        BuildStep.Index build = step.build();
        ConcurrentBuild.Found found = pg.transaction(LOOK, tx -> ConcurrentBuild.look(tx, build));
        if (step.forKey() && !found.built() && found.invalid().isEmpty() && keyIsFound(build, facts)) {
            return Optional.empty();
        }
        if (found.built() || !build.bearsItsName() && state.builds().wasDone(build)) {
            return Optional.of(new Finding(step, State.DONE, "", List.of(), List.of()));
        }
        List<String> sql = new ArrayList<>();
        found.invalid().forEach(index -> sql.add("DROP INDEX CONCURRENTLY " + index));
        sql.addAll(build.before());
        sql.add(build.concurrently());
        List<String> equal = state.builds().duplicates(build);
        if (!equal.isEmpty()) {
            return Optional.of(new Finding(step, State.BLOCKED, "rows share a value", sql, equal));
        }
        String reason = found.invalid().isEmpty() ? "" : "a build that was interrupted has left it unusable";
        return Optional.of(new Finding(step, State.READY, reason, sql, List.of()));
    }

    private static boolean keyIsFound(BuildStep.Index build, TableFacts facts) {
        return facts.found().stream().anyMatch(column -> build.sql().endsWith("(" + SqlText.quoted(column) + ")"));
    }

    private Map<String, String> takenBack() throws InterruptedException {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Promises.TakenBack one : state.promises().takenBack()) {
            reasons.put(
                    one.promise().table() + "." + one.promise().constraint(),
                    "taken back at " + one.at() + ": " + one.reason());
        }
        return reasons;
    }

    private Finding told(Map<Step, Finding> findings, Step step, Map<String, String> takenBack) {
        Finding found = Objects.requireNonNull(findings.get(step));
        if (found.state() == State.DONE) {
            return found;
        }
        String reason = found.reason();
        if (step instanceof Step.Promised promised) {
            String before = takenBack.getOrDefault(
                    step.table() + "." + promised.promise().constraint(), "");
            reason = before.isEmpty() ? reason : reason.isEmpty() ? before : reason + "; " + before;
        }
        boolean forKey = step instanceof Step.ForeignKey key && !key.inside()
                || step instanceof Step.Index index && index.forKey();
        return found.now(forKey && !settings.foreignKeys() ? State.ON_REQUEST : found.state(), reason);
    }

    private List<String> warnings() throws InterruptedException {
        List<String> warnings = new ArrayList<>();
        if (state.verifications().newest().stream()
                .anyMatch(one -> one.verified().isEmpty())) {
            warnings.add("No verification of all rows is on record: compare them with their documents (changeover"
                    + " verify).");
        }
        return warnings;
    }

    /** Makes a step that is ready, or says why it could not be. Only for who has {@link Promises#own}. */
    public Finding apply(Finding ready) throws InterruptedException {
        try {
            return switch (ready.step()) {
                case Step.Index index -> build(ready, index.build());
                case Step.Analyze analyze -> {
                    pg.change(
                            "analyze " + analyze.table(),
                            tx -> tx.execute(ready.sql().getFirst()));
                    yield ready.now(State.DONE, "");
                }
                case Step.Promised promised -> promise(ready, promised);
            };
        } catch (FailedException e) {
            if (SqlFailure.isLocked(e)) {
                return ready.now(
                        State.BLOCKED, "others hold the table: " + e.failure().reason());
            } else if (SqlFailure.isOfStatement(e)) {
                return ready.now(State.BLOCKED, e.failure().reason());
            }
            throw e;
        }
    }

    private Finding build(Finding ready, BuildStep.Index build) throws InterruptedException {
        try {
            boolean built = pg.until(() -> {
                new ConcurrentBuild(pg, 1).build(build);
                return true;
            });
            stations.reached(Station.FINISH_COMMITTED);
            state.builds().doneLater(build);
            return ready.now(built ? State.DONE : State.READY, "");
        } catch (FailedException e) {
            if (SqlFailure.isOfStatement(e)) {
                state.builds().failedLater(build, e.failure().reason());
            }
            throw e;
        }
    }

    private Finding promise(Finding ready, Step.Promised step) throws InterruptedException {
        String during = step.shown();
        boolean begun = false;
        while (true) {
            boolean first = !begun;
            Optional<String> moved = pg.transaction(during, tx -> move(tx, step, first));
            if (moved.isPresent()) {
                return moved.get().isEmpty() ? ready.now(State.DONE, "") : ready.now(State.BLOCKED, moved.get());
            }
            begun = true;
            stations.reached(Station.FINISH_COMMITTED);
        }
    }

    /** One transaction's statements; an empty text when nothing is left, or why it cannot go on. */
    private Optional<String> move(Tx tx, Step.Promised step, boolean first) {
        Optional<TableFacts> facts = TableFacts.of(tx, step.table());
        if (facts.isEmpty()) {
            return Optional.of("the table is gone");
        }
        List<List<String>> left = step.left(facts.get());
        if (left.isEmpty()) {
            return Optional.of("");
        }
        if (first) {
            state.promises().make(tx, step.promise());
        } else if (!state.promises().stands(tx, step.promise())) {
            return Optional.of("a document broke it meanwhile, and it was taken back");
        }
        tx.waitBrieflyForLocks();
        left.getFirst().forEach(tx::execute);
        stations.reached(Station.FINISH_WRITTEN);
        return Optional.empty();
    }
}
