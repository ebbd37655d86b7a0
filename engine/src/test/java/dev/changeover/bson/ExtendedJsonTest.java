package dev.changeover.bson;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtendedJsonTest {
    @Test
    void whatIsWrittenReadsBackToTheSameBytes() {
        int spelt = 0;
        for (long seed = 0; seed < 2_000; seed++) {
            BsonCursor at = new BsonCursor(new RandomBson(seed, true).document());
            while (at.next()) {
                Bytes out = new Bytes(64);
                ExtendedJson.write(out, at);
                String json = new String(out.array(), 0, out.size(), java.nio.charset.StandardCharsets.UTF_8);
                assertThat(json).doesNotContain("\\u0000");
                BsonCursor back = new BsonCursor(ExtendedJsonReader.read(json));
                assertThat(back.next()).isTrue();
                assertThat(back.type()).as(json).isEqualTo(at.type());
                assertThat(java.util.Arrays.equals(
                                at.bytes(),
                                at.valueStart(),
                                at.valueEnd(),
                                back.bytes(),
                                back.valueStart(),
                                back.valueEnd()))
                        .as(json)
                        .isTrue();
                spelt += json.contains("$bson") ? 0 : 1;
            }
        }
        assertThat(spelt).as("most values need no raw bytes").isGreaterThan(5_000);
    }
}
