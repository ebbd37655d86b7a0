package dev.changeover.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.index.IndexDefinition.Uniqueness;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.planner.Documents;
import dev.changeover.planner.SourceCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexTranslationTest {
    static final String DOCUMENT = """
            {"_id": {"$oid": "5ca4bbc7a2dd94ee5816238c"}, "number": "A1", "total": 5, "paid": true,
             "createdAt": {"$date": "2024-01-01T00:00:00Z"}, "customer": {"city": "x", "order": "y", "age": 3},
             "tags": ["a"], "items": [{"sku": "s", "price": {"$numberDecimal": "1.5"}}], "title": "t", "body": "b",
             "where": {"type": "Point", "coordinates": [1.0, 2.0]}, "session": {"$oid": "5ca4bbc7a2dd94ee5816238d"}}""";

    private static CollectionPlan orders() {
        return Documents.planned(Documents.source("shop.orders", List.of(DOCUMENT)))
                .plan()
                .collections()
                .get(0);
    }

    static IndexTranslation translate(CollectionPlan plan, String definition) {
        return IndexTranslation.of(plan, new IndexPlan("i", definition, Optional.empty(), false, Notes.NONE));
    }

    private static String shown(String key, String options) {
        return translate(orders(), "{\"v\": 2, \"key\": " + key + ", \"name\": \"i\"" + options + "}")
                .shown();
    }

    @Test
    void singleAndCompoundIndexesKeepTheirDirections() {
        assertThat(shown("{\"number\": 1}", "")).isEqualTo("btree (number)");
        assertThat(shown("{\"paid\": {\"$numberInt\": \"1\"}, \"createdAt\": {\"$numberInt\": \"-1\"}}", ""))
                .isEqualTo("btree (paid, created_at DESC)");
        assertThat(shown("{\"paid\": 1.0, \"_id\": -1}", "")).isEqualTo("btree (paid, id DESC)");
    }

    @Test
    void theIndexOnIdIsThereAnyway() {
        assertThat(shown("{\"_id\": 1}", "")).startsWith("covered by the primary key");
    }

    @Test
    void aUniqueIndexTakesTwoRowsWithoutValueForEqualUnlessItIsSparse() {
        IndexTranslation.Sql unique = (IndexTranslation.Sql)
                translate(orders(), "{\"key\": {\"number\": 1}, \"name\": \"i\", \"unique\": true}");
        assertThat(unique.indexes()).singleElement().satisfies(i -> {
            assertThat(i.uniqueness()).isEqualTo(Uniqueness.NULLS_EQUAL);
            assertThat(i.name()).isEqualTo("orders_number_key");
            assertThat(i.note()).contains("NULLS NOT DISTINCT");
        });
        IndexTranslation.Sql sparse = (IndexTranslation.Sql)
                translate(orders(), "{\"key\": {\"number\": 1}, \"name\": \"i\", \"unique\": true, \"sparse\": true}");
        assertThat(sparse.indexes().get(0).uniqueness()).isEqualTo(Uniqueness.NULLS_DISTINCT);
        assertThat(sparse.indexes().get(0).where()).contains("number IS NOT NULL");
    }

    @Test
    void aSparseCompoundIndexHasRowsWithAnyOfItsValues() {
        assertThat(shown("{\"number\": 1, \"total\": 1}", ", \"sparse\": true"))
                .startsWith("btree (number, total) WHERE number IS NOT NULL OR total IS NOT NULL");
    }

    @Test
    void aPartialIndexHasItsFilterAsPredicate() {
        String filter = ", \"partialFilterExpression\": ";
        assertThat(shown("{\"number\": 1}", filter + "{\"total\": {\"$gt\": {\"$numberInt\": \"5\"}, \"$lte\": 9.5}}"))
                .endsWith("WHERE total > 5 AND total <= 9.5");
        assertThat(shown("{\"number\": 1}", filter + "{\"paid\": true, \"title\": {\"$exists\": true}}"))
                .endsWith("WHERE paid = true AND title IS NOT NULL");
        assertThat(shown(
                        "{\"number\": 1}",
                        filter + "{\"$and\": [{\"title\": \"it's\"}, {\"total\": {\"$type\": \"number\"}}]}"))
                .endsWith("WHERE (title = 'it''s' AND total IS NOT NULL)");
        assertThat(shown("{\"number\": 1}", filter + "{\"$or\": [{\"paid\": false}, {\"total\": {\"$in\": [1, 2]}}]}"))
                .endsWith("WHERE (paid = false OR (total = 1 OR total = 2))");
        assertThat(shown(
                        "{\"number\": 1}",
                        filter + "{\"createdAt\": {\"$gte\": {\"$date\": {\"$numberLong\": \"0\"}}}}"))
                .endsWith("WHERE created_at >= '1970-01-01T00:00:00Z'::timestamptz");
        assertThat(shown("{\"number\": 1}", filter + "{\"customer.city\": \"x\"}"))
                .endsWith("WHERE (customer #>> '{city}') = 'x'");
        assertThat(shown("{\"number\": 1}", filter + "{\"session\": {\"$oid\": \"5ca4bbc7a2dd94ee5816238d\"}}"))
                .endsWith("WHERE session = '5ca4bbc7a2dd94ee5816238d'");
    }

    @Test
    void aFilterThatSqlCannotSayIsNotGuessed() {
        String filter = ", \"partialFilterExpression\": ";
        for (String odd : List.of(
                "{\"customer.age\": {\"$gt\": 3}}",
                "{\"title\": {\"$regex\": \"a\"}}",
                "{\"total\": \"5\"}",
                "{\"nowhere\": 1}",
                "{\"createdAt\": {\"$lt\": {\"$date\": {\"$numberLong\": \"-99999999999999\"}}}}",
                "{\"$nor\": [{\"paid\": true}]}",
                "{\"title\": {\"$type\": \"int\"}}")) {
            assertThat(shown("{\"number\": 1}", filter + odd)).as(odd).startsWith("NOT translated: its filter");
        }
    }

    @Test
    void anExpiryIsStatedWithItsReplacement() {
        assertThat(shown("{\"createdAt\": 1}", ", \"expireAfterSeconds\": 3600"))
                .startsWith("btree (created_at); ")
                .contains("DELETE FROM public.orders WHERE created_at < now() - interval '3600 seconds'");
    }

    @Test
    void hashedTextAndWildcardIndexes() {
        assertThat(shown("{\"number\": \"hashed\"}", "")).startsWith("hash (number)");
        assertThat(shown("{\"paid\": 1, \"number\": \"hashed\"}", "")).startsWith("btree (paid, number)");
        assertThat(shown(
                        "{\"_fts\": \"text\", \"_ftsx\": 1}",
                        ", \"weights\": {\"title\": 10, \"body\": 1, \"tags\": 1}, \"default_language\": \"german\""))
                .startsWith(
                        "gin ((setweight(to_tsvector('german', coalesce(title, '')), 'A') || setweight(to_tsvector('german',"
                                + " coalesce(body, '')), 'B') || setweight(to_tsvector('german', coalesce(tags, '{}')), 'B')))");
        assertThat(shown(
                        "{\"_fts\": \"text\", \"_ftsx\": 1}",
                        ", \"weights\": {\"items.sku\": 1}, \"default_language\": \"none\""))
                .startsWith(
                        "gin ((to_tsvector('simple', coalesce(jsonb_path_query_array(items, '$.\"sku\"'), '[]'))))");
        assertThat(shown("{\"customer.$**\": 1}", "")).startsWith("gin (customer jsonb_path_ops)");
        assertThat(shown("{\"$**\": 1}", ""))
                .startsWith(
                        "gin (customer jsonb_path_ops); and gin (tags jsonb_path_ops); and gin (items jsonb_path_ops); and gin"
                                + " (\"where\" jsonb_path_ops)");
    }

    @Test
    void indexesInsideJsonbAreExpressionsAndThoseOverArraysInverted() {
        assertThat(shown("{\"customer.city\": 1, \"total\": -1}", ""))
                .startsWith("btree ((customer #>> '{city}'), total DESC)");
        assertThat(shown("{\"customer.a b.c\\\"d\": 1}", ""))
                .startsWith("btree ((customer #>> '{\"a b\",\"c\\\"d\"}'))");
        assertThat(shown("{\"tags\": 1}", "")).startsWith("gin (tags jsonb_path_ops)");
        assertThat(shown("{\"items.sku\": 1, \"items.price\": 1, \"number\": 1}", ""))
                .startsWith("btree (number); and gin (items jsonb_path_ops); ");
        assertThat(shown("{\"customer.city\": 1}", ", \"unique\": true"))
                .startsWith("unique btree ((NULLIF(customer #> '{city}', 'null')))");
    }

    @Test
    void whatHasNoCounterpartIsNamed() {
        assertThat(shown("{\"where\": \"2dsphere\"}", ""))
                .startsWith("NOT translated")
                .contains("PostGIS");
        assertThat(shown("{\"where.coordinates\": \"2d\"}", "")).startsWith("NOT translated");
        assertThat(shown("{\"items.sku\": 1}", ", \"unique\": true"))
                .startsWith("NOT translated: unique over the elements");
        assertThat(shown("{\"gone\": 1}", "")).startsWith("NOT translated: gone has no column");
        assertThat(translate(orders(), "nonsense").shown()).startsWith("NOT translated: its definition cannot be read");
    }

    @Test
    void aCollationIsDeclaredAndUsed() {
        IndexTranslation.Sql sql = (IndexTranslation.Sql) translate(
                orders(),
                "{\"key\": {\"title\": 1, \"total\": 1}, \"name\": \"i\", \"collation\": {\"locale\": \"en_US\", \"strength\":"
                        + " {\"$numberInt\": \"2\"}, \"numericOrdering\": true}}");
        assertThat(sql.indexes().get(0).before())
                .containsExactly(
                        "CREATE COLLATION IF NOT EXISTS public.mongo_en_us_u_ks_level2_kn_true (provider = icu, locale ="
                                + " 'en-US-u-ks-level2-kn-true', deterministic = false)");
        assertThat(sql.indexes().get(0).shown())
                .isEqualTo("btree (title COLLATE public.mongo_en_us_u_ks_level2_kn_true, total)");
        assertThat(shown("{\"title\": 1}", ", \"collation\": {\"locale\": \"simple\"}"))
                .isEqualTo("btree (title)");
    }

    @Test
    void aHiddenIndexIsMadeAndSaid() {
        assertThat(shown("{\"number\": 1}", ", \"hidden\": true")).startsWith("btree (number); hidden in MongoDB");
    }

    @Test
    void valuesTooLongForABtreeStandAsTheirDigest() {
        String index = "{\"v\": 2, \"key\": {\"text\": 1, \"n\": 1}, \"name\": \"text_1\"}";
        List<String> documents = List.of("{\"text\": \"" + "x".repeat(3_000) + "\", \"n\": 1}");
        IndexPlan plan = Documents.planned(Documents.source("shop.a", documents, index))
                .plan()
                .collections()
                .get(0)
                .indexes()
                .get(0);
        assertThat(plan.digest()).containsExactly("text");
        assertThat(plan.notes().why()).startsWith("btree (md5(text), n); md5(text) because");
    }

    @Test
    void namesOfIndexesDifferInTheirSchema() {
        List<SourceCollection> sources = new ArrayList<>();
        sources.add(Documents.source(
                "shop.a",
                List.of("{\"b_c\": 1}"),
                "{\"key\": {\"b_c\": 1}, \"name\": \"x\"}",
                "{\"key\": {\"b_c\": -1}, \"name\": \"y\"}"));
        sources.add(Documents.source("shop.a_b", List.of("{\"c\": 1}"), "{\"key\": {\"c\": 1}, \"name\": \"x\"}"));
        Plan plan = Documents.planned(sources.toArray(SourceCollection[]::new)).plan();
        assertThat(IndexTranslation.all(plan).stream()
                        .flatMap(t -> ((IndexTranslation.Sql) t.translation()).indexes().stream())
                        .map(IndexDefinition::name))
                .containsExactly("a_b_c_idx", "a_b_c_idx_2", "a_b_c_idx_3");
    }
}
