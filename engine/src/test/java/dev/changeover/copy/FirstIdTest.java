package dev.changeover.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonValues;
import dev.changeover.bson.RawBatch;
import java.util.HexFormat;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

class FirstIdTest {
    private record One(byte[] bytes) implements RawBatch {
        @Override
        public int size() {
            return 1;
        }

        @Override
        public int offset(int i) {
            return 0;
        }
    }

    private static RawBatch batch(BsonDocument document) {
        RawBsonDocument raw = new RawBsonDocument(document, new BsonDocumentCodec());
        byte[] bytes = new byte[BsonValues.int32(raw.getByteBuffer().array(), 0)];
        raw.getByteBuffer().get(bytes);
        return new One(bytes);
    }

    @Test
    void theEdgeIsTheIdAloneWhereverItStands() {
        RawBatch batch = batch(new BsonDocument("a", new BsonInt32(1)).append("_id", new BsonString("x")));
        assertThat(new RawBsonDocument(FirstId.of(batch).document()))
                .isEqualTo(new BsonDocument("_id", new BsonString("x")));
    }

    @Test
    void aDocumentThatCannotBeReadIsNamedByItsIdWhereThatCanBe() {
        RawBatch batch = batch(new BsonDocument("_id", new BsonInt32(0x12345678)).append("a", new BsonString("x")));
        byte[] broken = batch.bytes().clone();
        broken[broken.length - 9] = 0x7E; // no BSON type
        assertThat(FirstId.describe(new One(broken), 0)).contains("78563412");
        broken[4] = 0x7E;
        assertThat(FirstId.describe(new One(broken), 0)).contains("cannot be read either");
        assertThat(HexFormat.of().formatHex(broken)).isNotEmpty();
    }
}
