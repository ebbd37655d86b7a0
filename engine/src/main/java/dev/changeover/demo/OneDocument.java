package dev.changeover.demo;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.Document;

/** One user with oddities, before and after: each field of the document beside the column it became. */
final class OneDocument {
    private OneDocument() {}

    static Scene.Table show(MongoDatabase shop, CollectionPlan users, ShopTarget target) {
        Document document = odd(shop);
        String id = Objects.requireNonNull(document.getObjectId("_id")).toHexString();
        Map<String, String> row =
                row(target.ask("SELECT * FROM " + SqlText.quoted(users.table()) + " WHERE mongo_id = ?", id));
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("", "", "id", value(row, "id")));
        lines.add(List.of("_id", ShellText.of(document.get("_id")), "mongo_id", value(row, "mongo_id")));
        for (FieldPlan field : users.fields()) {
            if (field instanceof FieldPlan.Column column) {
                String before = document.containsKey(column.field()) ? ShellText.of(document.get(column.field())) : "";
                lines.add(List.of(column.field(), before, column.column(), value(row, column.column())));
            }
        }
        lines.add(List.of("", "", "mongo_extra", value(row, "mongo_extra")));
        return new Scene.Table(List.of("field", "in MongoDB", "column", "in PostgreSQL"), lines);
    }

    /** With an age that is text, a NUL in the note and a phone; any user, if there is no such one. */
    private static Document odd(MongoDatabase shop) {
        var users = shop.getCollection("users");
        Document found = users.find(Filters.and(
                        Filters.type("age", "string"),
                        Filters.exists("note"),
                        Filters.exists("phone"),
                        Filters.size("addresses", 1)))
                .first();
        return Objects.requireNonNull(
                found == null
                        ? users.find(Filters.exists("note"))
                                .projection(Projections.exclude("addresses"))
                                .first()
                        : found);
    }

    private static Map<String, String> row(ShopTarget.Answer answer) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < answer.columns().size(); i++) {
            row.put(answer.columns().get(i), answer.rows().getFirst().get(i));
        }
        return row;
    }

    private static String value(Map<String, String> row, String column) {
        return row.getOrDefault(column, "");
    }
}
