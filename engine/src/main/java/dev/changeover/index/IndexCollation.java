package dev.changeover.index;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.Names;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.Locale;
import java.util.Optional;

/** A MongoDB collation as an ICU collation of PostgreSQL; both are ICU's, in the words of BCP 47. */
record IndexCollation(String name, String statement) {
    /** Empty for no collation and for {@code simple}, which compares bytes. */
    static Optional<IndexCollation> of(JsonValue.Group collation, String schema) {
        String locale = collation.text("locale").orElse("simple");
        if (locale.equals("simple")) {
            return Optional.empty();
        }
        int strength = collation.integer("strength").orElse(3);
        StringBuilder keys = new StringBuilder();
        keys.append(strength == 3 ? "" : "-ks-" + (strength == 5 ? "identic" : "level" + strength));
        keys.append(collation.isTrue("caseLevel") ? "-kc-true" : "");
        keys.append(collation.isTrue("numericOrdering") ? "-kn-true" : "");
        keys.append(collation.isTrue("backwards") ? "-kb-true" : "");
        String caseFirst = collation.text("caseFirst").orElse("off");
        keys.append(caseFirst.equals("off") ? "" : "-kf-" + caseFirst);
        keys.append(collation.text("alternate").orElse("").equals("shifted") ? "-ka-shifted" : "");
        String tag = locale.replace('_', '-') + (keys.isEmpty() ? "" : "-u" + keys);
        boolean deterministic = strength >= 3;
        String bare = Names.fit("mongo_" + tag.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_"), tag);
        String name = SqlText.readable(new TableName(schema, bare));
        String statement = "CREATE COLLATION IF NOT EXISTS " + name + " (provider = icu, locale = "
                + SqlText.literal(tag) + (deterministic ? "" : ", deterministic = false") + ")";
        return Optional.of(new IndexCollation(name, statement));
    }
}
