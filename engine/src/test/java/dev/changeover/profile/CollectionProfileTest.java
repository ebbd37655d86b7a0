package dev.changeover.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonType;
import dev.changeover.planner.Documents;
import java.util.List;
import org.junit.jupiter.api.Test;

class CollectionProfileTest {
    @Test
    void countsTypesNullsAndMissingFields() {
        CollectionProfile profile = Documents.profile(
                "{\"a\": 1}", "{\"a\": null}", "{\"a\": \"x\"}", "{}", "{\"a\": {\"$numberLong\": \"5000000000\"}}");
        ValueProfile a = Documents.field(profile.root(), "a");
        assertThat(a.counts())
                .containsEntry(BsonType.INT32, 1L)
                .containsEntry(BsonType.NULL, 1L)
                .containsEntry(BsonType.STRING, 1L)
                .containsEntry(BsonType.INT64, 1L);
        assertThat(a.present()).isEqualTo(4);
        assertThat(a.values()).isEqualTo(3);
        assertThat(a.numbers().wide()).isEqualTo(1);
        assertThat(profile.documents()).isEqualTo(5);
    }

    @Test
    void seesWhichStringsAreExactlyNumbers() {
        for (String number : List.of("0", "-0", "7", "-12", "10.50", "0.0", "123456789012345678901234567890")) {
            assertThat(isNumber(number)).as(number).isTrue();
        }
        for (String other : List.of("", "-", "007", "+5", "1e3", "1.", ".5", "1.2.3", " 1", "1 ", "n/a", "٣", "-.5")) {
            assertThat(isNumber(other)).as(other).isFalse();
        }
    }

    private static boolean isNumber(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return StringStats.isNumber(bytes, 0, bytes.length);
    }

    @Test
    void followsArraysAndDocumentsInThem() {
        CollectionProfile profile =
                Documents.profile("{\"items\": [{\"sku\": \"a\", \"qty\": 1}, {\"sku\": \"b\"}]}", "{\"items\": []}");
        ArrayProfile items = Documents.field(profile.root(), "items").array().orElseThrow();
        assertThat(items.count()).isEqualTo(2);
        assertThat(items.empty()).isEqualTo(1);
        DocumentProfile elements = items.elements().document().orElseThrow();
        assertThat(elements.documents()).isEqualTo(2);
        assertThat(Documents.field(elements, "qty").present()).isEqualTo(1);
    }

    @Test
    void distinctValuesAreExactWhileFewAndNearWhenMany() {
        CollectionProfile few = Documents.profile(Documents.many(1_000, i -> "{\"a\": " + i % 17 + "}"));
        assertThat(Documents.field(few.root(), "a").distinct()).isEqualTo(17);
        CollectionProfile many = Documents.profile(Documents.many(20_000, i -> "{\"a\": \"v" + i + "\"}"));
        ValueProfile a = Documents.field(many.root(), "a");
        assertThat(a.distinctExact()).isFalse();
        assertThat(a.distinct()).isBetween(16_000L, 24_000L);
    }

    @Test
    void fiveThousandFieldNamesInOneDocumentStayBounded() {
        StringBuilder wide = new StringBuilder("{\"usual\": 1");
        for (int i = 0; i < 5_000; i++) {
            wide.append(", \"k").append(i).append("\": {\"x\": 1, \"y\": [1, 2]}");
        }
        CollectionProfile profile = Documents.profile(wide.append("}").toString());
        assertThat(profile.root().paths()).isLessThanOrEqualTo(2_000);
        assertThat(profile.root().fields()).containsKey("usual");
        assertThat(profile.root().dataKeyValues()).isGreaterThan(3_000);
    }

    @Test
    void keysThatAreDataAreCountedTogetherAndLeaveRoomForLaterFields() {
        List<String> documents = Documents.many(
                3_000,
                i -> "{\"prices\": {\"k" + i + "\": {\"amount\": 1}}, \"late" + (i > 2_500 ? "" : "Not") + "\": 1}");
        CollectionProfile profile = Documents.profile(documents);
        DocumentProfile prices =
                Documents.field(profile.root(), "prices").document().orElseThrow();
        assertThat(prices.fields()).isEmpty();
        assertThat(prices.dataKeyValues()).isEqualTo(3_000);
        assertThat(profile.root().fields()).containsKeys("late", "lateNot");
        assertThat(profile.root().paths()).isLessThan(1_000);
    }

    @Test
    void aSecondFieldOfTheSameNameIsCounted() {
        // {a: 1, a: 2}, which no driver's document holds.
        byte[] twice = {19, 0, 0, 0, 0x10, 'a', 0, 1, 0, 0, 0, 0x10, 'a', 0, 2, 0, 0, 0, 0};
        CollectionProfile profile = new CollectionProfile();
        profile.add(twice, 0, twice.length);
        assertThat(profile.root().duplicates()).isEqualTo(1);
        assertThat(Documents.field(profile.root(), "a").present()).isEqualTo(1);
    }

    @Test
    void anUnreadableDocumentIsCountedAndTheNextOneRead() {
        CollectionProfile profile = new CollectionProfile();
        byte[] cut = {40, 0, 0, 0, 0x10, 'a', 0};
        profile.add(cut, 0, cut.length);
        byte[] good = Documents.bson("{\"a\": 1}");
        profile.add(good, 0, good.length);
        assertThat(profile.unreadable()).isEqualTo(1);
        assertThat(profile.documents()).isEqualTo(2);
        assertThat(Documents.field(profile.root(), "a").present()).isEqualTo(1);
    }

    @Test
    void aHundredLevelsOfNestingAreSeen() {
        String nested = "{\"a\": ".repeat(100) + "1" + "}".repeat(100);
        CollectionProfile profile = Documents.profile(nested);
        assertThat(profile.deepest()).isGreaterThanOrEqualTo(64);
        assertThat(Documents.plan(nested).fields()).hasSize(1);
    }

    @Test
    void datesBeyondPostgresAreCounted() {
        CollectionProfile profile = Documents.profile(
                "{\"d\": {\"$date\": {\"$numberLong\": \"0\"}}}",
                "{\"d\": {\"$date\": {\"$numberLong\": \"9224318015999999\"}}}",
                "{\"d\": {\"$date\": {\"$numberLong\": \"9224318016000000\"}}}",
                "{\"d\": {\"$date\": {\"$numberLong\": \"-9223372036854775808\"}}}");
        assertThat(Documents.field(profile.root(), "d").datesOut()).isEqualTo(2);
    }
}
