package dev.changeover.finish;

import dev.changeover.plan.Names;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.TableFacts;
import dev.changeover.postgres.TableFacts.Constraint;
import dev.changeover.state.Promises.Kind;
import dev.changeover.state.Promises.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One thing that can be done to a filled table while others use it. */
public sealed interface Step {
    TableName table();

    /** A column, a constraint, an index; with the table and the kind it is unique. */
    String name();

    /** Where the wish comes from, for a person. */
    String why();

    /** For a person, and as {@code --only} takes it: {@code not-null}. */
    default String kind() {
        return switch (this) {
            case Index index -> "index";
            case NotNull notNull -> "not-null";
            case Check check -> "check";
            case ForeignKey key -> "foreign-key";
            case Analyze analyze -> "analyze";
        };
    }

    /** {@code forKey}: it only serves a foreign key. */
    record Index(BuildStep.Index build, boolean forKey, String why) implements Step {
        @Override
        public TableName table() {
            return build.table();
        }

        @Override
        public String name() {
            return build.name();
        }
    }

    /** Statistics for PostgreSQL's planner. */
    record Analyze(TableName table) implements Step {
        @Override
        public String name() {
            return table.name();
        }

        @Override
        public String why() {
            return "statistics for the query planner";
        }
    }

    /** What a table is made to promise, in transactions that each need a lock for a moment or let writers go on. */
    sealed interface Promised extends Step {
        /** As it is remembered. */
        Promise promise();

        /** What is left to be done, a transaction's statements each; empty when it is promised. */
        List<List<String>> left(TableFacts facts);

        /** Counts a row that breaks it; {@code t} is the table. */
        String broken();
    }

    /**
     * The column holds no NULL: shown by a CHECK that is validated beside writers, so that SET NOT NULL need not look at
     * the rows again. {@code aside} is where mongo_extra keeps a value that the column cannot hold.
     */
    record NotNull(TableName table, String column, String aside, String why) implements Promised {
        String constraint() {
            return Names.constraint(table.name(), column + "_not_null");
        }

        @Override
        public String name() {
            return column;
        }

        @Override
        public Promise promise() {
            return new Promise(table, Kind.NOT_NULL, column, constraint());
        }

        @Override
        public String broken() {
            return "t." + SqlText.quoted(column) + " IS NULL";
        }

        @Override
        public List<List<String>> left(TableFacts facts) {
            List<List<String>> left = new ArrayList<>();
            Optional<Constraint> shown = facts.constraint(constraint());
            boolean promised = facts.notNull().contains(column);
            if (promised && shown.isEmpty()) {
                return left;
            }
            if (!promised && shown.isEmpty()) {
                left.add(List.of(alter(table) + "ADD CONSTRAINT " + SqlText.quoted(constraint()) + " CHECK ("
                        + SqlText.quoted(column) + " IS NOT NULL) NOT VALID"));
            }
            if (!promised && !shown.map(Constraint::valid).orElse(false)) {
                left.add(List.of(validate(table, constraint())));
            }
            left.add(List.of(
                    alter(table) + "ALTER COLUMN " + SqlText.quoted(column) + " SET NOT NULL",
                    alter(table) + "DROP CONSTRAINT IF EXISTS " + SqlText.quoted(constraint())));
            return left;
        }
    }

    /** A rule of the collection's validator. It lets NULL pass. */
    record Check(TableName table, String name, String condition, String why) implements Promised {
        private static final String OURS = "Changeover: ";

        @Override
        public Promise promise() {
            return new Promise(table, Kind.CHECK, "", name);
        }

        @Override
        public String broken() {
            return "NOT (" + condition + ")";
        }

        /** True when somebody else has made a constraint of that name. */
        boolean isTaken(TableFacts facts) {
            return facts.constraint(name)
                    .map(there -> !there.comment().startsWith(OURS))
                    .orElse(false);
        }

        @Override
        public List<List<String>> left(TableFacts facts) {
            List<List<String>> left = new ArrayList<>();
            Optional<Constraint> there = facts.constraint(name);
            boolean same = there.map(one -> one.comment().equals(OURS + why)).orElse(false);
            if (!same) {
                List<String> add = new ArrayList<>();
                there.ifPresent(before -> add.add(alter(table) + "DROP CONSTRAINT " + SqlText.quoted(name)));
                add.add(alter(table) + "ADD CONSTRAINT " + SqlText.quoted(name) + " CHECK (" + condition
                        + ") NOT VALID");
                add.add("COMMENT ON CONSTRAINT " + SqlText.quoted(name) + " ON " + SqlText.quoted(table) + " IS "
                        + SqlText.literal(OURS + why));
                left.add(add);
            }
            if (!same || !there.map(Constraint::valid).orElse(false)) {
                left.add(List.of(validate(table, name)));
            }
            return left;
        }
    }

    /**
     * A column holds ids of rows of {@code to}. Looked at when a transaction commits, as a cut brings its rows in an order
     * of its own. {@code inside}: of child rows to their document's row, which come and go together.
     */
    record ForeignKey(TableName table, String column, TableName to, boolean inside, String why) implements Promised {
        @Override
        public String name() {
            return Names.constraint(table.name(), column + "_fkey");
        }

        @Override
        public Promise promise() {
            return new Promise(table, Kind.FOREIGN_KEY, "", name());
        }

        @Override
        public String broken() {
            String value = "t." + SqlText.quoted(column);
            return value + " IS NOT NULL AND NOT EXISTS (SELECT FROM " + SqlText.quoted(to) + " r WHERE r.id = " + value
                    + ")";
        }

        @Override
        public List<List<String>> left(TableFacts facts) {
            List<List<String>> left = new ArrayList<>();
            if (facts.refers(column, to)) {
                return left;
            }
            if (facts.constraint(name()).isEmpty()) {
                left.add(List.of(alter(table) + "ADD CONSTRAINT " + SqlText.quoted(name()) + " FOREIGN KEY ("
                        + SqlText.quoted(column) + ") REFERENCES " + SqlText.quoted(to)
                        + " (id) DEFERRABLE INITIALLY DEFERRED NOT VALID"));
            }
            left.add(List.of(validate(table, name())));
            return left;
        }
    }

    private static String alter(TableName table) {
        return "ALTER TABLE " + SqlText.quoted(table) + " ";
    }

    private static String validate(TableName table, String constraint) {
        return alter(table) + "VALIDATE CONSTRAINT " + SqlText.quoted(constraint);
    }

    /** {@code not-null public.users.name}. */
    default String shown() {
        String where = SqlText.readable(table());
        return kind() + " " + (this instanceof Analyze ? where : where + " " + SqlText.readable(name()));
    }

    /** Whether {@code --only} means this one: by its kind, its table, its column or name, or table and name. */
    default boolean isMeant(String only) {
        String wanted = only.toLowerCase(Locale.ROOT).replace('_', '-');
        return kind().equals(wanted)
                || List.of(
                                name(),
                                table().name(),
                                table().toString(),
                                table() + "." + name(),
                                table().name() + "." + name())
                        .contains(only)
                || this instanceof ForeignKey key && key.column().equals(only);
    }
}
