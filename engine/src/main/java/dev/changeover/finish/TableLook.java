package dev.changeover.finish;

import dev.changeover.FailedException;
import dev.changeover.finish.Finding.State;
import dev.changeover.mapping.DerivedId;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.postgres.TableFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Looks at the rows of one table: which of the things wished it could promise now, and which rows are in the way. */
final class TableLook {
    private static final int EXAMPLES = 5;
    private static final int UUID_LENGTH = 36;

    private final Pg pg;
    private final TableName table;
    private final TableFacts facts;
    private final String document;

    /** {@code parent} has the documents' rows of a child table. */
    TableLook(Pg pg, TableName table, Optional<TableName> parent, TableFacts facts) {
        this.pg = pg;
        this.table = table;
        this.facts = facts;
        String own = facts.columns().contains("mongo_id") ? "t.mongo_id" : "t.id::text";
        document = parent.map(of -> "(SELECT coalesce(to_jsonb(p) ->> 'mongo_id', p.id::text) FROM "
                        + SqlText.quoted(of) + " p WHERE p.id = t.parent_id)")
                .orElse(own);
    }

    /** What each of {@code steps} breaks on: in the catalog without looking at a row, or in the rows. */
    Map<Step.Promised, Finding> at(List<Step.Promised> steps) throws InterruptedException {
        Map<Step.Promised, Finding> findings = new LinkedHashMap<>();
        List<Step.Promised> open = new ArrayList<>();
        for (Step.Promised step : steps) {
            Optional<Finding> settled = settled(step);
            if (settled.isPresent()) {
                findings.put(step, settled.get());
            } else {
                open.add(step);
            }
        }
        List<Step.Promised> scanned =
                open.stream().filter(step -> !(step instanceof Step.ForeignKey)).toList();
        Map<Step.Promised, Long> broken = count(scanned);
        for (Step.Promised step : open) {
            findings.put(step, counted(step, Optional.ofNullable(broken.get(step))));
        }
        return findings;
    }

    private Optional<Finding> settled(Step.Promised step) {
        boolean taken = step instanceof Step.Check check && check.isTaken(facts);
        boolean gone = step instanceof Step.NotNull notNull && !facts.columns().contains(notNull.column());
        if (taken || gone) {
            String reason = taken
                    ? "a constraint " + step.name() + " is there that Changeover did not make"
                    : "there is no such column (yet)";
            return Optional.of(new Finding(step, State.BLOCKED, reason, sql(step), List.of()));
        }
        return step.left(facts).isEmpty()
                ? Optional.of(new Finding(step, State.DONE, "", List.of(), List.of()))
                : Optional.empty();
    }

    private List<String> sql(Step.Promised step) {
        return step.left(facts).stream().flatMap(List::stream).toList();
    }

    /** All in one reading of the table; each by itself where PostgreSQL does not take one of them. */
    private Map<Step.Promised, Long> count(List<Step.Promised> steps) throws InterruptedException {
        Map<Step.Promised, Long> counts = new LinkedHashMap<>();
        if (steps.isEmpty()) {
            return counts;
        }
        List<String> filters = steps.stream()
                .map(step -> "count(*) FILTER (WHERE " + step.broken() + ")")
                .toList();
        try {
            List<String> found = search("SELECT unnest(ARRAY[" + String.join(", ", filters) + "])::text FROM " + t());
            for (int i = 0; i < steps.size(); i++) {
                counts.put(steps.get(i), Long.valueOf(found.get(i)));
            }
        } catch (FailedException e) {
            if (!SqlFailure.isOfStatement(e)) {
                throw e;
            }
        }
        return counts;
    }

    private List<String> search(String sql) throws InterruptedException {
        return pg.transaction("look at the rows of " + table, tx -> tx.searchTexts(sql));
    }

    private String t() {
        return SqlText.quoted(table) + " t";
    }

    private Finding counted(Step.Promised step, Optional<Long> known) throws InterruptedException {
        try {
            long broken = known.isPresent()
                    ? known.get()
                    : Long.parseLong(search("SELECT count(*)::text FROM " + t() + " WHERE " + step.broken())
                            .getFirst());
            return broken == 0
                    ? new Finding(step, State.READY, "", sql(step), List.of())
                    : new Finding(step, State.BLOCKED, reason(step, broken), sql(step), examples(step));
        } catch (FailedException e) {
            if (!SqlFailure.isOfStatement(e)) {
                throw e;
            }
            return new Finding(step, State.BLOCKED, e.failure().reason(), sql(step), List.of());
        }
    }

    private String reason(Step.Promised step, long broken) throws InterruptedException {
        String rows = broken == 1 ? "1 row" : String.format(Locale.ROOT, "%,d rows", broken);
        return switch (step) {
            case Step.Check check -> rows + " do not hold: " + check.condition();
            case Step.ForeignKey key -> rows + " refer to a row of " + key.to() + " that is not there";
            case Step.NotNull notNull -> {
                long aside = facts.columns().contains("mongo_extra") ? aside(notNull) : 0;
                yield rows + " hold NULL"
                        + (aside == 0
                                ? ": the field is missing there, or null"
                                : ", " + aside
                                        + " of them because the column cannot hold the value, which is in mongo_extra");
            }
        };
    }

    private long aside(Step.NotNull step) throws InterruptedException {
        return Long.parseLong(search("SELECT count(*)::text FROM " + t() + " WHERE " + step.broken()
                        + " AND coalesce(mongo_extra -> " + SqlText.literal(step.aside())
                        + ", 'null'::jsonb) <> 'null'::jsonb")
                .getFirst());
    }

    /** The mongo_ids of some; of a foreign key with what they refer to. */
    private List<String> examples(Step.Promised step) throws InterruptedException {
        boolean key = step instanceof Step.ForeignKey;
        String value = key ? " || ' -> ' || t." + SqlText.quoted(((Step.ForeignKey) step).column()) + "::text" : "";
        return search("SELECT coalesce(" + document + ", '(no document)')" + value + " FROM " + t() + " WHERE "
                        + step.broken() + " LIMIT " + EXAMPLES)
                .stream()
                .map(example -> key ? withKey(example) : example)
                .toList();
    }

    /** A uuid at the end, as the ObjectId that it stands for. */
    private static String withKey(String example) {
        int at = example.length() - UUID_LENGTH;
        return example.substring(0, at)
                + DerivedId.objectId(UUID.fromString(example.substring(at))).orElse(example.substring(at));
    }
}
