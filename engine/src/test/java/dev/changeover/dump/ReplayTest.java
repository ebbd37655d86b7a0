package dev.changeover.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.FailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oplogs of kinds that the tests' server does not write. */
class ReplayTest {
    private static final String SESSION = "lsid: {id: 's1'}, txnNumber: {$numberLong: '1'}";

    @TempDir
    Path folder;

    private final List<byte[]> oplog = new ArrayList<>();

    private static byte[] bytes(String json) {
        return Dumped.bytes(new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec()));
    }

    private void entry(String json) {
        oplog.add(bytes(json));
    }

    private List<Dump.Kept> kept(long heapBytes, String... documents) {
        List<byte[]> all = Arrays.stream(documents).map(ReplayTest::bytes).toList();
        String metadata = "{\"options\":{},\"indexes\":[]}";
        Dumped.folder(folder, "d", List.of(new Dumped.Collection("c", metadata, all)), false);
        Dumped.write(folder.resolve("oplog.bson"), false, out -> Dumped.writeAll(out, oplog));
        return Replay.of(DumpFolder.read(folder), heapBytes);
    }

    /** The documents of a collection by their _id. */
    private static Map<String, String> documents(List<Dump.Kept> kept, String collection) {
        Map<String, String> found = new TreeMap<>();
        for (Dump.Kept one : kept) {
            if (one.stored().namespace().collection().equals(collection)) {
                try (DumpReader reader = new DumpReader(one, 0, Long.MAX_VALUE)) {
                    for (Optional<Block> block = reader.block(); block.isPresent(); block = reader.block()) {
                        for (int i = 0; i < block.get().size(); i++) {
                            BsonDocument document = new RawBsonDocument(Arrays.copyOfRange(
                                            block.get().bytes(),
                                            block.get().offset(i),
                                            block.get().end(i)))
                                    .decode(new BsonDocumentCodec());
                            String id = String.valueOf(document.remove("_id"));
                            assertThat(found.put(id, document.toJson()))
                                    .as("once: " + id)
                                    .isNull();
                        }
                    }
                }
            }
        }
        return found;
    }

    private Map<String, String> replayed(String... documents) {
        return documents(kept(1L << 30, documents), "c");
    }

    private static String id(int n) {
        return "BsonInt32{value=" + n + "}";
    }

    @Test
    void aPreparedTransactionIsAppliedOnlyWhenItWasCommitted() {
        entry("{op: 'c', ns: 'admin.$cmd', " + SESSION
                + ", o: {applyOps: [{op: 'i', ns: 'd.c', o: {_id: 1, a: 1}}], prepare: true}}");
        entry(
                "{op: 'c', ns: 'admin.$cmd', lsid: {id: 's2'}, txnNumber: {$numberLong: '1'}, o: {applyOps: [{op: 'i', ns: 'd.c', o: {_id: 2, a: 2}}], prepare: true}}");
        entry(
                "{op: 'c', ns: 'admin.$cmd', lsid: {id: 's3'}, txnNumber: {$numberLong: '1'}, o: {applyOps: [{op: 'i', ns: 'd.c', o: {_id: 3, a: 3}}], prepare: true}}");
        entry("{op: 'c', ns: 'admin.$cmd', " + SESSION + ", o: {commitTransaction: 1, prepared: true}}");
        entry("{op: 'c', ns: 'admin.$cmd', lsid: {id: 's2'}, txnNumber: {$numberLong: '1'}, o: {abortTransaction: 1}}");
        assertThat(replayed("{_id: 9, a: 9}")).containsOnlyKeys(id(1), id(9));
    }

    @Test
    void aTransactionThatBeganBeforeTheOplogStopsIt() {
        entry("{op: 'c', ns: 'admin.$cmd', " + SESSION + ", o: {commitTransaction: 1}}");
        assertThatThrownBy(this::replayed)
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("commitTransaction");
    }

    @Test
    void modifiersOfTheFirstVersionAreApplied() {
        entry(
                "{op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 1, $set: {'a.b': 2, 'list.3': 'x', 'list.0.q': 5, 'deep.er.still': 1}, $unset: {gone: true, 'list.1': true}}}");
        entry("{op: 'u', ns: 'd.c', o2: {_id: 2}, o: {_id: 2, whole: true}}");
        entry("{op: 'u', ns: 'd.c', o2: {_id: 3}, o: {$set: {new: 1}}}");
        assertThat(replayed("{_id: 1, a: {b: 1, c: 1}, list: [{q: 1}, 2], gone: 1}", "{_id: 2, old: 1}"))
                .containsEntry(
                        id(1),
                        "{\"a\": {\"b\": 2, \"c\": 1}, \"list\": [{\"q\": 5}, null, null, \"x\"],"
                                + " \"deep\": {\"er\": {\"still\": 1}}}")
                .containsEntry(id(2), "{\"whole\": true}")
                .containsEntry(id(3), "{\"new\": 1}");
    }

    @Test
    void aDifferenceCutsAnArrayToItsNewLength() {
        entry("{op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 2, diff: {sl: {a: true, l: 1}}}}");
        entry("{op: 'u', ns: 'd.c', o2: {_id: 2}, o: {$v: 2, diff: {sl: {a: true, l: 2, u0: 7}}}}");
        assertThat(replayed("{_id: 1, l: [1, 2, 3]}", "{_id: 2, l: [1, 2, 3]}"))
                .containsEntry(id(1), "{\"l\": [1]}")
                .containsEntry(id(2), "{\"l\": [7, 2]}");
    }

    @Test
    void theOperationsOfATransactionAreAppliedInTheirOrder() {
        entry("{op: 'c', ns: 'admin.$cmd', " + SESSION + ", o: {applyOps: [{op: 'i', ns: 'd.c', o: {_id: 1, a: 1}},"
                + " {op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 2, diff: {u: {a: 2}}}}, {op: 'd', ns: 'd.c', o: {_id: 2}},"
                + " {op: 'i', ns: 'd.c', o: {_id: 2, a: 3}}]}}");
        assertThat(replayed("{_id: 2, a: 0}"))
                .containsEntry(id(1), "{\"a\": 2}")
                .containsEntry(id(2), "{\"a\": 3}");
    }

    @Test
    void aDifferenceThatDoesNotFitIsLeftOut() {
        entry(
                "{op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 2, diff: {sa: {i: {x: 1}}, sl: {a: true, u0: 7, s1: {u: {q: 1}}}, u: {n: 2}}}}");
        assertThat(replayed("{_id: 1, a: 'no document', l: 5, n: 1}"))
                .containsEntry(id(1), "{\"a\": \"no document\", \"l\": 5, \"n\": 2}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{op: 'x', ns: 'd.c', o: {}}",
                "{op: 'c', ns: 'd.$cmd', o: {inventTheWheel: 'c'}}",
                "{op: 'c', ns: 'd.$cmd', o: {convertToCapped: 'c'}}",
                "{op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 3, diff: {}, $x: 1}}",
                "{op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 1, $push: {a: 1}}}",
                "{op: 'u', ns: 'd.c', o2: {_id: 1}, o: {$v: 2, diff: {z: {a: 1}}}}",
                "{op: 'd', ns: 'd.c', o: {}}",
                "{op: 'c', ns: 'd.$cmd', o: {renameCollection: 'd.unheard', to: 'd.other'}}"
            })
    void whatIsNotUnderstoodStopsItWithItsText(String unknown) {
        entry(unknown);
        assertThatThrownBy(() -> replayed("{_id: 1, a: 1}"))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining(new RawBsonDocument(bytes(unknown)).toJson());
    }

    @Test
    void whatChangesNoRowsIsKnownByItsName() {
        entry("{op: 'n', ns: '', o: {msg: 'periodic noop'}}");
        entry("{op: 'i', ns: 'config.transactions', o: {_id: 1}}");
        entry("{op: 'i', ns: 'd.system.views', o: {_id: 'd.v'}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {startIndexBuild: 'c', indexes: []}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {abortIndexBuild: 'c'}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {dbCheck: 'd.c'}}");
        assertThat(replayed("{_id: 1, a: 1}")).containsOnlyKeys(id(1));
    }

    @Test
    void collectionsLiveAndDieWithTheirDocuments() {
        entry("{op: 'i', ns: 'd.c', o: {_id: 2, a: 2}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {renameCollection: 'd.c', to: 'd.e'}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {create: 'c', idIndex: {v: 2, key: {_id: 1}, name: '_id_'}}}");
        entry("{op: 'i', ns: 'd.c', o: {_id: 3, a: 3}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {createIndexes: 'e', v: 2, key: {a: 1}, name: 'a_1'}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {collMod: 'e', validator: {a: {$gt: 0}}}}");
        entry("{op: 'i', ns: 'd.f', o: {_id: 4}}");
        entry("{op: 'c', ns: 'd.$cmd', o: {drop: 'f'}}");
        List<Dump.Kept> kept = kept(1L << 30, "{_id: 1, a: 1}");
        assertThat(documents(kept, "c")).containsOnlyKeys(id(3));
        assertThat(documents(kept, "e")).containsOnlyKeys(id(1), id(2));
        assertThat(kept).hasSize(2);
        Stored renamed = kept.get(1).stored();
        assertThat(renamed.indexes())
                .singleElement()
                .satisfies(index -> assertThat(index.toJson()).contains("a_1"));
        assertThat(renamed.options().toJson()).contains("validator");
    }

    @Test
    void whatDoesNotFitTheMemoryComesInParts() {
        String[] documents = new String[200];
        for (int n = 0; n < documents.length; n++) {
            documents[n] = "{_id: " + n + ", a: 'before'}";
            entry("{op: 'u', ns: 'd.c', o2: {_id: " + n + "}, o: {$v: 2, diff: {u: {a: " + n + "}}}}");
        }
        List<Dump.Kept> kept = kept(1L << 16, documents);
        assertThat(kept.getFirst().changed().parts()).isGreaterThan(5);
        Map<String, String> found = documents(kept, "c");
        assertThat(found).hasSize(200);
        for (int n = 0; n < 200; n++) {
            assertThat(found).containsEntry(id(n), "{\"a\": " + n + "}");
        }
    }

    @Test
    void partsThatWereCutWithAnotherHeapAreGoneOnWith() {
        String[] documents = new String[200];
        for (int n = 0; n < documents.length; n++) {
            documents[n] = "{_id: " + n + ", a: 'before'}";
            entry("{op: 'u', ns: 'd.c', o2: {_id: " + n + "}, o: {$v: 2, diff: {u: {a: " + n + "}}}}");
        }
        Dump.Kept before = kept(1L << 16, documents).getFirst();
        int parts = before.changed().parts();
        Dump.Kept after = kept(1L << 30, documents).getFirst();
        assertThat(after.changed().parts()).isOne();
        int found = 0;
        for (int part = 0; part < parts; part++) {
            long to = part == parts - 1 ? Long.MAX_VALUE : Places.change(part + 1, parts);
            Dump.Kept kept = part % 2 == 0 ? before : after;
            try (DumpReader reader = new DumpReader(kept, Places.change(part, parts), to)) {
                found += reader.block().map(Block::size).orElse(0);
                assertThat(reader.block()).isEmpty();
            }
        }
        assertThat(found).isEqualTo(200);
    }
}
