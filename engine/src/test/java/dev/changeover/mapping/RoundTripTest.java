package dev.changeover.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonOrder;
import dev.changeover.bson.RandomBson;
import dev.changeover.plan.CollectionPlan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** I13: whatever the document and whatever the plan, the document can be rebuilt from its rows. */
class RoundTripTest {
    static LongStream seeds() {
        String replay = System.getProperty("seed");
        return replay != null ? LongStream.of(Long.parseLong(replay)) : LongStream.range(0, 500);
    }

    @ParameterizedTest(name = "seed {0}; replay with -Dseed={0}")
    @MethodSource("seeds")
    void aDocumentIsRebuiltFromItsRowsUnderAnyPlan(long seed) {
        RandomBson generator = new RandomBson(seed, seed % 2 == 0);
        List<byte[]> documents = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            documents.add(generator.document());
        }
        CollectionPlan plan = new RandomPlan(generator.random()).of(documents);
        DocumentMapper mapper = DocumentMapper.compile(plan);
        DocumentBuilder builder = DocumentBuilder.compile(plan);
        boolean excludes = plan.toString().contains("Excluded");
        assertThat(excludes).isFalse();
        for (byte[] document : documents) {
            mapper.rows().forEach(RowBuffer::clear);
            mapper.map(document, 0, document.length);
            byte[] rebuilt = builder.build(row(mapper), children(mapper));
            assertThat(BsonOrder.sameButForOrder(document, rebuilt))
                    .as(() -> difference(plan, document, rebuilt))
                    .isTrue();
        }
        Tally tally = mapper.tally();
        assertThat(tally.documents()).isEqualTo(documents.size());
        assertThat(tally.lines().stream().mapToLong(Tally.Line::values).sum()).isEqualTo(tally.values());
    }

    static Tuple row(DocumentMapper mapper) {
        RowBuffer rows = mapper.rows().getFirst();
        Tuple row = Tuple.read(rows.bytes(), 0);
        assertThat(row.end()).isEqualTo(rows.size());
        assertThat(row.fields()).isEqualTo(mapper.columns(0).size());
        return row;
    }

    static List<List<Tuple>> children(DocumentMapper mapper) {
        List<List<Tuple>> children = new ArrayList<>();
        for (int i = 1; i < mapper.rows().size(); i++) {
            RowBuffer rows = mapper.rows().get(i);
            List<Tuple> tuples = new ArrayList<>();
            for (int at = 0; at < rows.size(); at = tuples.getLast().end()) {
                tuples.add(Tuple.read(rows.bytes(), at));
            }
            assertThat((long) tuples.size()).isEqualTo(rows.rows());
            children.add(tuples);
        }
        return children;
    }

    static String difference(CollectionPlan plan, byte[] document, byte[] rebuilt) {
        return "document " + show(document) + "\nrebuilt  " + show(rebuilt) + "\nplan " + plan;
    }

    private static String show(byte[] document) {
        try {
            return new org.bson.RawBsonDocument(document).toJson();
        } catch (RuntimeException e) {
            return HexFormat.of().formatHex(document);
        }
    }
}
