package dev.changeover.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonValues;
import dev.changeover.bson.RawBatch;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;

class CulpritTest {
    private static RawBatch batch(BsonDocument document) {
        RawBsonDocument raw = new RawBsonDocument(document, new BsonDocumentCodec());
        byte[] bytes = new byte[BsonValues.int32(raw.getByteBuffer().array(), 0)];
        raw.getByteBuffer().get(bytes);
        return RawBatch.of(bytes);
    }

    @Test
    void aDocumentThatCannotBeReadIsNamedByItsIdWhereThatCanBe() {
        RawBatch batch = batch(new BsonDocument("_id", new BsonInt32(0x12345678)).append("a", new BsonString("x")));
        byte[] broken = batch.bytes().clone();
        broken[broken.length - 9] = 0x7E; // no BSON type
        assertThat(Culprit.describe(RawBatch.of(broken), 0)).contains("its _id is {\"$numberInt\":\"305419896\"}");
        broken[4] = 0x7E;
        assertThat(Culprit.describe(RawBatch.of(broken), 0)).contains("cannot be read either");
    }
}
