package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Notes;
import dev.changeover.plan.TablePart;
import dev.changeover.profile.ArrayProfile;
import dev.changeover.profile.DocumentProfile;
import dev.changeover.profile.ValueProfile;
import java.util.Map;
import java.util.Optional;

/** Plans a field of which nobody has decided anything yet: always one column. Not thread-safe. */
final class FieldPlanner {
    private final References references;

    FieldPlanner(References references) {
        this.references = references;
    }

    FieldPlan.Column column(TablePart part, String field, String column, ValueProfile values, long holders) {
        TypeChoice choice = TypeChoice.of(values);
        String seen = Wording.values(values, holders);
        boolean keys = choice.type().equals(ColumnType.TEXT) && choice.bson() == BsonType.OBJECT_ID;
        Optional<References.Found> found = keys ? references.of(field, part.namespace(), values) : Optional.empty();
        if (found.isPresent() && found.get().isReference()) {
            return new FieldPlan.Column(
                    field,
                    column,
                    ColumnType.UUID,
                    BsonType.OBJECT_ID,
                    absent(values, holders),
                    Map.of(),
                    Optional.of(found.get().target()),
                    false,
                    Notes.seen(seen, join(found.get().share(), choice.why())));
        }
        String why = join(choice.why(), dataKeys(values));
        why = join(why, found.map(f -> "not a reference: only " + f.share()).orElse(""));
        return new FieldPlan.Column(
                field,
                column,
                choice.type(),
                choice.bson(),
                absent(values, holders),
                choice.type().equals(ColumnType.JSONB) ? HiddenTypes.of(values) : Map.of(),
                Optional.empty(),
                false,
                Notes.seen(seen, why));
    }

    /** The native array that a person chose for an array field. */
    FieldPlan.Column nativeArray(TablePart part, FieldPlan.Column chosen, ValueProfile values, long holders) {
        ValueProfile elements = values.array().map(ArrayProfile::elements).orElse(ValueProfile.none());
        FieldPlan.Column element = column(part, chosen.field(), chosen.column(), elements, elements.present());
        return new FieldPlan.Column(
                chosen.field(),
                chosen.column(),
                ColumnType.arrayOf(element.type().scalar()),
                element.bson(),
                absent(values, holders),
                Map.of(),
                element.references(),
                false,
                new Notes(
                        Wording.values(values, holders),
                        element.notes().why(),
                        chosen.notes().note()));
    }

    /** The column for the elements of a child table that are not documents; none where all are. */
    Optional<FieldPlan.Column> value(TablePart part, String column, ValueProfile elements) {
        long documents = elements.count(BsonType.DOCUMENT);
        long others = elements.values() - documents;
        if (others == 0 || others * 20 < documents) {
            return Optional.empty();
        }
        return Optional.of(column(part, "value", column, elements, elements.present()));
    }

    /** What an SQL NULL stands for: the more frequent of null and no field at all. */
    static Absent absent(ValueProfile values, long holders) {
        long nulls = values.count(BsonType.NULL);
        return nulls > holders - values.present() ? Absent.NULL : Absent.MISSING;
    }

    private static String dataKeys(ValueProfile values) {
        long data = values.document().map(DocumentProfile::dataKeyValues).orElse(0L);
        return data == 0 ? "" : "keys are used as data: " + Wording.count(data, "value") + " under rare keys";
    }

    static String join(String first, String second) {
        return first.isEmpty() || second.isEmpty() ? first + second : first + "; " + second;
    }
}
