package dev.changeover.demo;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Ddl;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** One user with oddities, before and after: the document as it was, the row as it is. */
final class OneDocument {
    private static final JsonWriterSettings JSON = JsonWriterSettings.builder()
            .outputMode(JsonMode.RELAXED)
            .indent(true)
            .indentCharacters("  ")
            .build();

    private OneDocument() {}

    static Scene.Pair show(MongoDatabase shop, CollectionPlan users, ShopTarget target) {
        Document document = odd(shop);
        String id = Objects.requireNonNull(document.getObjectId("_id")).toHexString();
        List<String> json = document.toJson(JSON).lines().toList();
        ShopTarget.Answer row = target.ask("SELECT * FROM " + Ddl.quoted(users.table()) + " WHERE mongo_id = ?", id);
        return new Scene.Pair(
                new Scene.Page("MongoDB: db.users.findOne({_id: ObjectId(\"" + id + "\")})", json),
                new Scene.Page("PostgreSQL: SELECT * FROM " + users.table(), columns(row)));
    }

    /** With an age that is text and a NUL in the note; any user with a note, if there is no such one. */
    private static Document odd(MongoDatabase shop) {
        var users = shop.getCollection("users");
        Document found = users.find(Filters.and(Filters.type("age", "string"), Filters.exists("note")))
                .first();
        if (found == null) {
            found = users.find(Filters.exists("note")).first();
        }
        return Objects.requireNonNull(found == null ? users.find().first() : found);
    }

    private static List<String> columns(ShopTarget.Answer answer) {
        int widest = answer.columns().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < answer.columns().size(); i++) {
            String value = answer.rows().getFirst().get(i);
            String name = answer.columns().get(i);
            lines.add(name + " ".repeat(widest - name.length() + 2) + value);
        }
        return lines;
    }
}
