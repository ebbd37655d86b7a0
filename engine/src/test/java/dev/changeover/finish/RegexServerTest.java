package dev.changeover.finish;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.changeover.bson.JsonValue;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A pattern matches in PostgreSQL what it matches in MongoDB, or is not translated. */
class RegexServerTest {
    private static final List<String> TEXTS = List.of(
            "",
            "a",
            "A",
            "ab",
            "AB12",
            "AB1x",
            "a.b",
            "a\nb",
            "x@y.zz",
            "é",
            "٣",
            "_",
            "-",
            "]",
            "a b",
            "aaa",
            "ba",
            "a\\b",
            "12",
            "1.5",
            "foobar",
            "bar",
            "word other");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[A-Z]{2}\\d+$",
                "a.b",
                "^\\w+$",
                "\\W",
                "^[^@]+@[^@]+\\.[a-z]{2,}$",
                "^(?:a|b)+$",
                "^(a|AB)",
                "^\\s*$",
                "[]a]",
                "[\\d.]",
                "\\bother\\b",
                "foo(?=bar)",
                "^(?!foo)",
                "a{3}",
                "a+?b",
                "\\.",
                "\\\\",
                "^\\D$"
            })
    void aPatternMatchesTheSameTexts(String pattern) throws InterruptedException {
        String uri = TestServers.freshMongoDatabase();
        try (MongoClient client = MongoClients.create(uri);
                Pg pg = Pg.connect(TestServers.freshPostgres(), PgSettings.FEW)) {
            MongoCollection<Document> texts = client.getDatabase(uri.replaceFirst("^.*/([^/?]+)(\\?.*)?$", "$1"))
                    .getCollection("texts");
            TEXTS.forEach(text -> texts.insertOne(new Document("t", text)));
            for (String options : List.of("", "i")) {
                String condition = RegexSql.matches("t", new JsonValue.Text(pattern), options)
                        .orElseThrow();
                for (String text : TEXTS) {
                    boolean matches = texts.countDocuments(new Document("t", text)
                                    .append(
                                            "$and",
                                            List.of(new Document(
                                                    "t", new Document("$regex", pattern).append("$options", options)))))
                            == 1;
                    assertThat(Look.texts(
                                    pg,
                                    "SELECT " + condition + " FROM (SELECT " + SqlText.literal(text) + "::text) v (t)"))
                            .as("%s with %s", condition, text)
                            .containsExactly(matches ? "t" : "f");
                }
            }
            texts.drop();
        }
    }

    @Test
    void aPatternThatPostgresqlReadsOtherwiseIsNotTranslated() {
        for (String pattern : List.of(
                "(?<=a)b",
                "(?i)a",
                "\\p{L}",
                "a++",
                "(?<n>a)",
                "\\x41",
                "(?>a)",
                "***=a",
                "\\1",
                "[[:alpha:]]",
                "[a",
                "a\\")) {
            assertThat(RegexSql.matches("t", new JsonValue.Text(pattern), ""))
                    .as(pattern)
                    .isEmpty();
        }
        assertThat(RegexSql.matches("t", new JsonValue.Text("a"), "x")).isEmpty();
    }
}
