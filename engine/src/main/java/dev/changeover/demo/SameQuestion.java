package dev.changeover.demo;

import com.mongodb.client.MongoDatabase;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import org.bson.types.Decimal128;

/** The five customers who spent most, asked of both databases; the answers must be equal. */
final class SameQuestion {
    private static final List<String> PIPELINE = List.of(
            "{$group: {_id: '$user', orders: {$sum: 1}, spent: {$sum: {$toDecimal: '$total'}}}}",
            "{$sort: {spent: -1, _id: 1}}",
            "{$limit: 5}",
            "{$lookup: {from: 'users', localField: '_id', foreignField: '_id', as: 'who'}}");

    /** Both answers, and how they were asked for. */
    record Answers(Scene.Pair questions, Scene.Table answer, boolean equal) {}

    private SameQuestion() {}

    static Answers ask(MongoDatabase shop, CollectionPlan users, CollectionPlan orders, ShopTarget target) {
        List<String> sql = sql(users, orders);
        List<List<String>> there = ofMongo(shop);
        ShopTarget.Answer here = target.ask(String.join("\n", sql));
        List<String> aggregate = new ArrayList<>();
        aggregate.add("db.orders.aggregate([");
        PIPELINE.forEach(stage -> aggregate.add("  " + stage + ","));
        aggregate.add("])");
        return new Answers(
                new Scene.Pair(new Scene.Page("MongoDB", aggregate), new Scene.Page("PostgreSQL", sql)),
                new Scene.Table(here.columns(), here.rows()),
                here.rows().equals(there));
    }

    private static List<String> sql(CollectionPlan users, CollectionPlan orders) {
        String user = SqlText.quoted(column(orders, "user"));
        String total = SqlText.quoted(column(orders, "total"));
        return List.of(
                "SELECT u." + SqlText.quoted(column(users, "email")) + " AS customer, count(*) AS orders, sum(o."
                        + total + ") AS spent",
                "FROM " + SqlText.quoted(orders.table()) + " o JOIN " + SqlText.quoted(users.table())
                        + " u ON u.id = o." + user,
                "GROUP BY u.id ORDER BY spent DESC, u.mongo_id LIMIT 5");
    }

    static String column(CollectionPlan plan, String field) {
        for (FieldPlan known : plan.fields()) {
            if (known instanceof FieldPlan.Column column && column.field().equals(field)) {
                return column.column();
            }
        }
        throw new IllegalStateException("the plan of " + plan.namespace() + " has no column for " + field);
    }

    private static List<List<String>> ofMongo(MongoDatabase shop) {
        List<Document> pipeline = PIPELINE.stream().map(Document::parse).toList();
        List<List<String>> rows = new ArrayList<>();
        for (Document row : shop.getCollection("orders").aggregate(pipeline)) {
            String email = row.getList("who", Document.class).getFirst().getString("email");
            Decimal128 spent = Objects.requireNonNull(row.get("spent", Decimal128.class));
            rows.add(List.of(
                    email,
                    String.valueOf(row.get("orders")),
                    spent.bigDecimalValue().toPlainString()));
        }
        return rows;
    }
}
