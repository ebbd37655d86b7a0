package dev.changeover.bson;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonGlanceTest {
    private static final String[] KEYS = {"a", "b", "cc", "\\\"", "é", "a\\u0041", ""};
    private static final String[] SCALARS = {
        "1", "1.0", "-0", "12", "true", "null", "\"\"", "\"a,]}\"", "\"\\\"x\"", "1e2"
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"bb\":[1,{}]} | {\"bb\": [1, {}], \"a\": 1}",
                "[] | [ ]",
                "{} | { }",
                "\"x\" | \"x\"",
                "{\"a\":{\"x\":1,\"y\":2},\"b\":{\"y\":2,\"x\":1}} | {\"b\": {\"x\": 1, \"y\": 2}, \"a\": {\"y\": 2, \"x\": 1}}"
            })
    void spacesAndOrderOfKeysDoNotCount(String one, String other) {
        assertThat(glance(one, other)).isTrue();
        assertThat(glance(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1} | {\"a\":2}",
                "{\"a\":1} | {\"a\":1,\"b\":2}",
                "{\"a\":1,\"a\":1} | {\"a\":1,\"b\":2}",
                "{\"a\":1,\"a\":2} | {\"a\":2,\"a\":1}",
                "[1] | [1,1]",
                "[1,2] | [2,1]",
                "[[1],2] | [[1,2]]",
                "1 | 1.0",
                "{\"a\":[]} | {\"a\":{}}",
                "\"1\" | 1",
                "{} | []",
                "1 | 1 2"
            })
    void whatDiffersIsNeverTheSame(String one, String other) {
        assertThat(glance(one, other)).isFalse();
        assertThat(glance(other, one)).isFalse();
    }

    /** The one that may err on no side is {@link CanonicalJson}, which does not need the glance here. */
    @Test
    void neverSaysTheSameWhereTheCanonicalFormsDiffer() {
        long seed = Long.getLong("seed", 20_261_127L);
        Random random = new Random(seed);
        int same = 0;
        for (int i = 0; i < 100_000; i++) {
            String one = text(random, 3, false);
            String other = random.nextInt(3) == 0 ? text(random, 3, false) : shuffled(one, random, i % 2 == 0);
            if (glance(one, other)) {
                same++;
                assertThat(new CanonicalJson().of(one.getBytes(UTF_8), 0, one.getBytes(UTF_8).length))
                        .as("%s and %s, seed %d", one, other, seed)
                        .isEqualTo(new CanonicalJson().of(other.getBytes(UTF_8), 0, other.getBytes(UTF_8).length));
            }
        }
        assertThat(same).isGreaterThan(10_000);
    }

    private static boolean glance(String one, String other) {
        byte[] a = ("#" + one).getBytes(UTF_8);
        byte[] b = ("##" + other + "}").getBytes(UTF_8);
        return JsonGlance.same(a, 1, a.length - 1, b, 2, b.length - 3);
    }

    /** Keys come twice at times. */
    private static String text(Random random, int deep, boolean spaces) {
        int kind = deep == 0 ? 0 : random.nextInt(3);
        if (kind == 0) {
            return SCALARS[random.nextInt(SCALARS.length)];
        }
        List<String> parts = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            String key = "\"" + KEYS[random.nextInt(KEYS.length)] + "\":";
            parts.add((kind == 1 ? key : "") + text(random, deep - 1, spaces));
        }
        return (kind == 1 ? "{" : "[") + String.join(",", parts) + (kind == 1 ? "}" : "]");
    }

    /** The same text or nearly: its outermost members in another order, or one digit another. */
    private static String shuffled(String text, Random random, boolean members) {
        if (members
                && text.startsWith("{")
                && text.indexOf('{', 1) < 0
                && text.indexOf('[') < 0
                && !text.contains("a,]}")) {
            List<String> parts =
                    new ArrayList<>(List.of(text.substring(1, text.length() - 1).split(",")));
            Collections.shuffle(parts, random);
            return "{ " + String.join(", ", parts) + " }";
        }
        return random.nextInt(4) == 0 ? text.replaceFirst("1", "2") : text.replace(",\"", ", \"");
    }
}
