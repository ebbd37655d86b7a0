package dev.changeover.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.RandomBson;
import dev.changeover.mapping.RandomPlan;
import dev.changeover.plan.CollectionPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever SQL does to the rows, MongoDB's documents become what they say, and what no statement touched stays. */
class ReversePropertyServerTest {
    private static final int STATEMENTS = 25;

    private static final AtomicLong COMPARED = new AtomicLong();
    private static final AtomicLong HELD = new AtomicLong();

    /** What MongoDB cannot take is the exception, even for values that know nothing of the plan. */
    @AfterAll
    static void fewAreHeld() {
        assertThat(COMPARED.get()).as("compared %s, held %s", COMPARED, HELD).isGreaterThan(HELD.get());
    }

    static LongStream seeds() {
        String replay = System.getProperty("seed");
        return replay != null
                ? LongStream.of(Long.parseLong(replay))
                : LongStream.rangeClosed(1, Integer.getInteger("rounds", 8));
    }

    @ParameterizedTest(name = "seed {0}; replay with -Dseed={0}")
    @MethodSource("seeds")
    void documentsBecomeWhatSqlMadeOfTheRows(long seed) throws InterruptedException {
        RandomBson generator = new RandomBson(seed, seed % 4 == 0);
        List<byte[]> documents = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            documents.add(document(generator));
        }
        CollectionPlan random = new RandomPlan(generator.random()).of(documents);
        try (Reversing reversing = new Reversing()) {
            CollectionPlan plan = new CollectionPlan(
                    reversing.namespace("c"),
                    random.table(),
                    random.idType(),
                    random.fields(),
                    random.indexes(),
                    random.notes());
            reversing.filled(plan, documents);
            for (int pass = 0; pass < 3; pass++) {
                Map<String, byte[]> before = reversing.documents(plan);
                RandomSql sql = new RandomSql(generator.random(), plan);
                List<String> said = new ArrayList<>();
                for (int i = 0; i < STATEMENTS; i++) {
                    String statement = sql.next(List.copyOf(reversing.ids(plan)));
                    said.add(statement);
                    reversing.sql(statement);
                }
                reversing.drain(plan);
                assertThat(reversing.queued()).isZero();
                String when = "seed " + seed + ", pass " + pass + ", " + String.join(";\n", said);
                COMPARED.addAndGet(reversing.requireEqual(plan, when));
                HELD.addAndGet(reversing.reasons().size());
                requireUntouched(before, reversing.documents(plan), sql.touched, when);
            }
        }
    }

    /** MongoDB 6.0 looks for ever for some keys that are documents with a decimal in them: none of those. */
    private static byte[] document(RandomBson generator) {
        while (true) {
            byte[] document = generator.document();
            BsonCursor at = new BsonCursor(document);
            if (at.next() && at.type() != BsonType.DOCUMENT) {
                return document;
            }
        }
    }

    private static void requireUntouched(
            Map<String, byte[]> before, Map<String, byte[]> after, Map<String, Set<String>> touched, String when) {
        before.forEach((id, document) -> {
            byte[] now = after.get(id);
            if (now != null) {
                Map<String, String> is = elements(now);
                elements(document).forEach((name, bytes) -> {
                    String field = name.substring(0, name.lastIndexOf('#'));
                    if (!touched.getOrDefault(id, Set.of()).contains(field)) {
                        assertThat(is.get(name))
                                .as("%s: %s of %s", when, name, id)
                                .isEqualTo(bytes);
                    }
                });
            }
        });
    }

    /** Name and occurrence to the bytes in hex. */
    private static Map<String, String> elements(byte[] document) {
        Map<String, String> elements = new HashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        BsonCursor at = new BsonCursor(document);
        while (at.next()) {
            elements.put(
                    at.name() + "#" + seen.merge(at.name(), 1, Integer::sum),
                    HexFormat.of().formatHex(document, at.elementStart(), at.valueEnd()));
        }
        return elements;
    }
}
