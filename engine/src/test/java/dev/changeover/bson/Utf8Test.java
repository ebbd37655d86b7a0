package dev.changeover.bson;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Utf8Test {
    /** The JDK's strict decoder knows the same rules (RFC 3629); random bytes near the edges of them. */
    @Test
    void agreesWithTheStrictDecoderOnRandomBytes() {
        SplittableRandom random = new SplittableRandom(1);
        int[] edges = {
            0, 1, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5,
            0xFF, 'a'
        };
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = new byte[random.nextInt(14)];
            for (int b = 0; b < bytes.length; b++) {
                bytes[b] = (byte) (random.nextInt(4) == 0 ? 'x' : edges[random.nextInt(edges.length)]);
            }
            assertThat(Utf8.check(bytes, 0, bytes.length)).isEqualTo(strict(bytes));
        }
    }

    private static Utf8 strict(byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.indexOf('\0') >= 0 ? Utf8.HAS_NUL : Utf8.VALID;
        } catch (CharacterCodingException e) {
            return Utf8.INVALID;
        }
    }
}
