package dev.changeover.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.planner.Documents;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Table;
import dev.changeover.servers.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every kind of translated index is one that PostgreSQL makes. */
class IndexTranslationServerTest {
    private static final List<String> INDEXES = List.of(
            "{\"key\": {\"number\": 1}, \"name\": \"a\", \"unique\": true}",
            "{\"key\": {\"paid\": 1, \"createdAt\": -1, \"_id\": 1}, \"name\": \"b\"}",
            "{\"key\": {\"number\": 1, \"total\": 1}, \"name\": \"c\", \"sparse\": true}",
            "{\"key\": {\"number\": 1}, \"name\": \"d\", \"partialFilterExpression\": {\"$or\": [{\"total\": {\"$gt\": 5}},"
                    + " {\"createdAt\": {\"$lt\": {\"$date\": {\"$numberLong\": \"-9999999999999\"}}}}, {\"customer.city\":"
                    + " \"x'y\"}, {\"customer.age\": 3}, {\"paid\": true}]}}",
            "{\"key\": {\"number\": \"hashed\"}, \"name\": \"e\"}",
            "{\"key\": {\"_fts\": \"text\", \"_ftsx\": 1}, \"name\": \"f\", \"weights\": {\"title\": 10, \"body\": 1, \"tags\": 1,"
                    + " \"items.sku\": 1, \"customer.city\": 3}, \"default_language\": \"french\"}",
            "{\"key\": {\"$**\": 1}, \"name\": \"g\"}",
            "{\"key\": {\"customer.city\": 1, \"customer.order\": -1}, \"name\": \"h\"}",
            "{\"key\": {\"customer.a b.\\\"c\\\\\\\\d\": 1}, \"name\": \"i\"}",
            "{\"key\": {\"items.sku\": 1, \"total\": 1}, \"name\": \"j\"}",
            "{\"key\": {\"customer.city\": 1}, \"name\": \"k\", \"unique\": true}",
            "{\"key\": {\"title\": 1}, \"name\": \"l\", \"collation\": {\"locale\": \"fr\", \"strength\": 1, \"caseLevel\": true}}",
            "{\"key\": {\"createdAt\": 1}, \"name\": \"m\", \"expireAfterSeconds\": 60}");

    private static String create(IndexDefinition index) {
        return "CREATE " + (index.uniqueness() == IndexDefinition.Uniqueness.NONE ? "" : "UNIQUE ") + "INDEX "
                + SqlText.readable(index.name()) + " ON " + SqlText.readable(index.table()) + " USING " + index.method()
                + " ("
                + index.keys().stream().map(Object::toString).collect(Collectors.joining(", ")) + ")"
                + (index.uniqueness() == IndexDefinition.Uniqueness.NULLS_EQUAL ? " NULLS NOT DISTINCT" : "")
                + index.where().map(w -> " WHERE " + w).orElse("");
    }

    @Test
    void postgresMakesThemAll() throws SQLException {
        Plan plan = Documents.planned(Documents.source(
                        "shop.order", List.of(IndexTranslationTest.DOCUMENT), INDEXES.toArray(String[]::new)))
                .plan();
        List<IndexTranslation.Translated> all = IndexTranslation.all(plan);
        assertThat(all).hasSize(INDEXES.size());
        try (Connection connection = DriverManager.getConnection(
                        TestServers.freshPostgres()
                                .replace("postgresql://", "jdbc:postgresql://")
                                .replaceAll("//[^@/]*@", "//"),
                        "postgres",
                        "");
                Statement statement = connection.createStatement()) {
            for (Table table : Table.of(plan.collections().get(0))) {
                for (String sql : Ddl.create(table, 17)) {
                    statement.execute(sql);
                }
            }
            for (IndexTranslation.Translated one : all) {
                assertThat(one.translation()).as(one.index().name()).isInstanceOf(IndexTranslation.Sql.class);
                for (IndexDefinition index : ((IndexTranslation.Sql) one.translation()).indexes()) {
                    for (String before : index.before()) {
                        statement.execute(before);
                    }
                    statement.execute(create(index));
                }
            }
        }
    }
}
