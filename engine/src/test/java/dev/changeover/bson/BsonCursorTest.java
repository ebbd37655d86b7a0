package dev.changeover.bson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BsonCursorTest {
    @Test
    void everyElementOfARandomDocumentIsVisitedInOrder() {
        for (long seed = 0; seed < 300; seed++) {
            byte[] document = new RandomBson(seed, true).document();
            BsonCursor at = new BsonCursor(document);
            int next = 4;
            while (at.next()) {
                assertThat(at.elementStart()).isEqualTo(next);
                next = at.valueEnd();
            }
            assertThat(next).isEqualTo(document.length - 1);
        }
    }

    /** Whatever the bytes, the cursor stays inside them: it says malformed, and never reads past the end. */
    @Test
    void brokenBytesAreMalformedNeverReadPastTheEnd() {
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (long seed = 0; seed < 3_000; seed++) {
            byte[] document = new RandomBson(seed, true).document();
            byte[] broken = random.nextBoolean() ? Arrays.copyOf(document, random.nextInt(document.length)) : document;
            for (int flips = random.nextInt(4); flips > 0 && broken.length > 0; flips--) {
                broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                BsonCursor at = new BsonCursor(broken);
                while (at.next()) {
                    assertThat(at.valueEnd()).isLessThan(broken.length);
                    ExtendedJson.write(new Bytes(64), at);
                }
            } catch (MalformedBsonException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void nestingWithoutEndIsMalformed() {
        byte[] document = {5, 0, 0, 0, 0};
        for (int depth = 0; depth < 2_000; depth++) {
            Bytes out = new Bytes(document.length + 16);
            new BsonWriter(out)
                    .begin()
                    .name(BsonType.DOCUMENT, "d")
                    .raw(document, 0, document.length)
                    .end();
            document = out.toArray();
        }
        BsonCursor at = new BsonCursor(document);
        assertThat(at.next()).isTrue();
        Bytes out = new Bytes(64);
        assertThat(ExtendedJson.tryWrite(out, at.type(), at.bytes(), at.valueStart(), at.valueEnd()))
                .isFalse();
        assertThat(out.size()).isZero();
        assertThatThrownBy(() -> new BsonCursor(new byte[3])).isInstanceOf(MalformedBsonException.class);
    }
}
