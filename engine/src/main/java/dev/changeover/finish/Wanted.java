package dev.changeover.finish;

import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.Paths;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that could be done to the tables of a plan, in the order in which it is done, and what cannot be. Pure. */
final class Wanted {
    private final Source source;
    private final int major;
    private final List<Step> promises = new ArrayList<>();
    private final List<Step> keyIndexes = new ArrayList<>();
    private final List<Step> keys = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    private Wanted(Source source, int major) {
        this.source = source;
        this.major = major;
    }

    /** {@code major}: PostgreSQL's version. */
    static Wanted of(Source source, int major) {
        Wanted wanted = new Wanted(source, major);
        for (CollectionPlan collection : source.plan().collections()) {
            wanted.validator(collection);
            wanted.references(collection, collection.table(), collection.fields(), "");
            collection.children().forEach(child -> wanted.inside(collection, child));
        }
        for (Ddl.Remark remark : Ddl.remarks(source.plan(), major)) {
            wanted.remarks.add(new Remark(remark.table(), "index " + remark.index(), remark.text()));
        }
        return wanted;
    }

    List<Remark> remarks() {
        return remarks;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        for (BuildStep step : Ddl.afterCopy(source.plan(), major)) {
            if (step instanceof BuildStep.Index index) {
                steps.add(new Step.Index(index, false, "an index of MongoDB"));
            }
        }
        steps.addAll(keyIndexes);
        steps.addAll(promises);
        steps.addAll(keys);
        tables(source.plan()).forEach(table -> steps.add(new Step.Analyze(table.name())));
        return steps;
    }

    static List<Table> tables(Plan plan) {
        return plan.collections().stream().flatMap(c -> Table.of(c).stream()).toList();
    }

    private void validator(CollectionPlan collection) {
        Validator validator = source.validators().get(collection.namespace());
        if (validator != null) {
            Wishes wishes = new Wishes(validator.words());
            FilterRules.read(wishes, collection, validator.filter());
            promises.addAll(wishes.steps());
            remarks.addAll(wishes.remarks());
        }
    }

    private void references(CollectionPlan collection, TableName table, List<FieldPlan> fields, String path) {
        for (FieldPlan field : fields) {
            switch (field) {
                case FieldPlan.Column column -> reference(table, column, path + column.field());
                case FieldPlan.Flatten flatten ->
                    references(collection, table, flatten.fields(), path + flatten.field() + ".");
                case FieldPlan.Child child -> {
                    String below = path + child.field() + (child.array() ? ".*." : ".");
                    references(collection, child.table(), child.fields(), below);
                    child.value().ifPresent(value -> reference(child.table(), value, below + value.field()));
                }
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private void reference(TableName table, FieldPlan.Column column, String path) {
        if (column.references().isEmpty()) {
            return;
        }
        Optional<CollectionPlan> to = source.plan().of(column.references().get());
        if (to.isEmpty() || column.type().array()) {
            remarks.add(new Remark(
                    table,
                    path,
                    "refers to " + column.references().get()
                            + (to.isEmpty()
                                    ? ", which has no table"
                                    : ": the elements of an array cannot be a foreign key")));
            return;
        }
        String why = path + " refers to " + column.references().get();
        keyIndexes.add(new Step.Index(index(table, column.column()), true, why));
        keys.add(new Step.ForeignKey(table, column.column(), to.get().table(), false, why));
    }

    /** PostgreSQL looks for rows that refer to one that is deleted: without an index it reads the whole table. */
    private static BuildStep.Index index(TableName table, String column) {
        String name = Names.constraint(table.name(), column + "_fkey_idx");
        String sql = "CREATE INDEX " + SqlText.quoted(name) + " ON " + SqlText.quoted(table) + " ("
                + SqlText.quoted(column) + ")";
        return new BuildStep.Index(table, name, List.of(), sql, Optional.empty());
    }

    private void inside(CollectionPlan collection, FieldPlan.Child child) {
        keys.add(new Step.ForeignKey(
                child.table(),
                "parent_id",
                collection.table(),
                true,
                "rows of " + child.field() + " belong to their document"));
    }

    /** Every column by itself, for who wishes so. {@code aside}: where mongo_extra keeps a value of it. */
    static List<Step.NotNull> columns(CollectionPlan collection) {
        List<Step.NotNull> all = new ArrayList<>();
        columns(collection.table(), collection.fields(), "", all);
        return all;
    }

    private static void columns(TableName table, List<FieldPlan> fields, String aside, List<Step.NotNull> into) {
        for (FieldPlan field : fields) {
            String path = aside + Paths.escape(field.field());
            switch (field) {
                case FieldPlan.Column column ->
                    into.add(new Step.NotNull(table, column.column(), path, "no row holds NULL"));
                case FieldPlan.Flatten flatten -> columns(table, flatten.fields(), path + ".", into);
                case FieldPlan.Child child -> {
                    columns(child.table(), child.fields(), "", into);
                    child.value()
                            .ifPresent(value -> into.add(new Step.NotNull(
                                    child.table(), value.column(), Paths.escape(value.field()), "no row holds NULL")));
                }
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }
}
