package dev.changeover.planner;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.Names;
import dev.changeover.profile.CollectionProfile;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The stated answer to each kind of namespace and to what is special about a collection. Pure functions. */
final class Answers {
    private static final int VALIDATOR_LETTERS_MOST = 300;

    private Answers() {}

    /** Why a namespace gets no table, and what to do about it. */
    static String leftOut(SourceCollection source) {
        JsonValue.Group options = JsonValue.parse(source.options());
        return switch (source.kind()) {
            case VIEW ->
                "a view on " + options.text("viewOn").orElse("another collection")
                        + "; it has no documents of its own, write it as an SQL view";
            case TIME_SERIES ->
                "a time-series collection, kept in buckets that change streams do not show; copy it to a usual collection"
                        + " with $out and plan again, or export it";
            case SYSTEM -> "a system collection of MongoDB; PostgreSQL has its own";
            case COLLECTION, CAPPED, CLUSTERED, GRID_FS -> "";
        };
    }

    /** What a person should know about a collection's table. */
    static String why(SourceCollection source, long withoutColumn) {
        List<String> why = new ArrayList<>();
        switch (source.kind()) {
            case CAPPED ->
                why.add("capped: PostgreSQL keeps no insertion order and drops no old rows by itself; ObjectIds"
                        + " sort by the second of their making");
            case CLUSTERED -> why.add("clustered by _id: PostgreSQL's table is a heap, id is its primary key");
            case GRID_FS ->
                why.add(
                        source.namespace().collection().endsWith(".chunks")
                                ? "GridFS chunks: a file is its chunks' data in the order of n"
                                : "GridFS files: the content is in the table of the chunks");
            case COLLECTION, VIEW, TIME_SERIES, SYSTEM -> {}
        }
        mixedIds(source, why);
        CollectionProfile profile = source.profile();
        if (withoutColumn > 0) {
            why.add(Wording.count(withoutColumn, "field") + " beyond " + TablePlanner.COLUMNS_MOST
                    + " columns, the rarest, stay in mongo_extra");
        }
        if (profile.root().dataKeyValues() > 0) {
            why.add("field names are used as data: "
                    + Wording.count(profile.root().dataKeyValues(), "value") + " under rare names stay in mongo_extra");
        }
        if (profile.root().duplicates() > 0) {
            why.add(Wording.count(profile.root().duplicates(), "field")
                    + " with a name their document has already stay in mongo_extra");
        }
        if (profile.unreadable() > 0) {
            why.add(Wording.count(profile.unreadable(), "document") + " could not be read as BSON");
        }
        validator(source, why);
        return String.join("; ", why);
    }

    private static void mixedIds(SourceCollection source, List<String> why) {
        ValueProfile id = source.profile().root().fields().get("_id");
        if (id != null && id.types().size() > 1) {
            why.add("_id is of different types, "
                    + Wording.values(id, source.profile().documents())
                    + ": mongo_id of all but the first carries its type");
        }
    }

    private static void validator(SourceCollection source, List<String> why) {
        JsonValue.Group options = JsonValue.parse(source.options());
        Map<String, JsonValue> validator = options.group("validator").fields();
        if (!validator.isEmpty()) {
            String shown = JsonValue.shown(new JsonValue.Group(validator));
            String cut = Names.cut(shown, VALIDATOR_LETTERS_MOST);
            why.add("MongoDB validates it (" + options.text("validationAction").orElse("error")
                    + "); no constraint is made of it yet: " + cut
                    + (cut.length() < shown.length() ? "..." : ""));
        }
    }
}
