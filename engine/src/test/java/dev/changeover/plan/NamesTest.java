package dev.changeover.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "createdAt|created_at",
                "HTMLPage|html_page",
                "userID|user_id",
                "address2Line|address2_line",
                "already_snake|already_snake",
                "order-number|order_number",
                "first name|first_name",
                "a.b.c|a_b_c",
                "$set|set",
                "price$|price",
                "__v|__v",
                "_id|_id",
                "größe|größe",
                "ÜberSicht|über_sicht",
                "select|select",
                "1st|_1st",
                "a--b|a_b",
                "trailing_|trailing_",
                "$$$|unnamed",
                "ISBN|isbn",
                "x|x",
            })
    void aFieldsNameBecomesSnakeCase(String field, String column) {
        assertThat(Names.snake(field)).isEqualTo(column);
    }

    @Test
    void aByteOrderMarkAndControlCharactersVanish() {
        assertThat(Names.snake("\uFEFFISO")).isEqualTo("iso");
        assertThat(Names.snake("a\u200Bb\tc")).isEqualTo("abc");
        assertThat(Names.snake("")).isEqualTo("unnamed");
        assertThat(Names.snake("\uFEFF")).isEqualTo("unnamed");
    }

    @Test
    void aLongNameKeepsItsBeginningAndATagOfTheWhole() {
        String first = Names.snake("é".repeat(40) + "One");
        String second = Names.snake("é".repeat(40) + "Two");
        assertThat(Names.bytes(first)).isLessThanOrEqualTo(63);
        assertThat(first).startsWith("ééé").isNotEqualTo(second).isEqualTo(Names.snake("é".repeat(40) + "One"));
    }

    @Test
    void aNameOfExactly63BytesStaysAsItIs() {
        assertThat(Names.snake("a".repeat(63))).isEqualTo("a".repeat(63));
        assertThat(Names.snake("a".repeat(64))).hasSize(63).matches("a{54}_[0-9a-f]{8}");
    }

    @Test
    void aLetterIsNeverCutInTwo() {
        for (int n = 0; n < 4; n++) {
            String cut = Names.cut("a".repeat(n) + "😀".repeat(20), 63);
            assertThat(new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                    .isEqualTo(cut);
            assertThat(Names.bytes(cut)).isBetween(60, 63);
        }
    }

    @Test
    void columnsOfATableDifferIgnoringCaseWhateverTheFieldsAreCalled() {
        SplittableRandom random = new SplittableRandom(7);
        NameScope scope = NameScope.ofTable();
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < 3_000; i++) {
            StringBuilder field = new StringBuilder();
            for (int k = random.nextInt(90); k > 0; k--) {
                field.appendCodePoint(
                        random.nextInt(4) == 0 ? random.nextInt(0x20, 0x3000) : "aAbB_.$".charAt(random.nextInt(7)));
            }
            String column = scope.take(Names.snake(field.toString()));
            assertThat(Names.bytes(column)).isBetween(1, 63);
            assertThat(taken.add(column.toLowerCase(Locale.ROOT))).as(column).isTrue();
            assertThat(column).isNotIn("id", "mongo_id", "mongo_extra", "ctid", "xmin", "tableoid");
        }
    }

    @Test
    void systemColumnsAndOurOwnAreGivenAway() {
        NameScope scope = NameScope.ofTable();
        List<String> names = List.of("ctid", "xmin", "tableoid", "id", "mongo_id", "mongo_extra", "oid");
        assertThat(names.stream().map(scope::take))
                .containsExactly("ctid_2", "xmin_2", "tableoid_2", "id_2", "mongo_id_2", "mongo_extra_2", "oid");
        NameScope child = NameScope.ofChildTable();
        assertThat(List.of("id", "parent_id", "ord").stream().map(child::take))
                .containsExactly("id", "parent_id_2", "ord_2");
    }

    @Test
    void namesOfIndexesFitToo() {
        String name = Names.constraint("a".repeat(60), "some_column_idx");
        assertThat(Names.bytes(name)).isLessThanOrEqualTo(63);
        assertThat(name).isNotEqualTo(Names.constraint("a".repeat(60), "other_column_idx"));
        assertThat(Names.constraint("orders", "number_key")).isEqualTo("orders_number_key");
    }
}
