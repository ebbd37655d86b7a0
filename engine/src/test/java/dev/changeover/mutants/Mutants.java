package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;
import java.util.stream.Stream;

/** All mutants, by what they break. */
final class Mutants {
    private static final String PACKAGE = "dev.changeover.";

    static final List<Mutant> ALL =
            Stream.of(copy(), mapping()).flatMap(List::stream).toList();

    private Mutants() {}

    private static List<Mutant> copy() {
        String chunks = PACKAGE + "mongo.ChunkServerTest#everyTypeOfIdIsReadOnceWhateverTheChunksAre";
        String state = PACKAGE + "state.StateServerTest#";
        String members = PACKAGE + "mongo.SecondaryReadsServerTest#";
        return List.of(
                new Mutant(
                        "the copy reads what one member has",
                        "I5: what is copied is majority-committed",
                        new Place("mongo/Reads.java", "new BsonDocument(\"level\", new BsonString(\"majority\"))"),
                        "new BsonDocument(\"level\", new BsonString(\"local\"))",
                        members + "whatNoMajorityHasIsNotRead",
                        "expected: 1"),
                new Mutant(
                        "the copy reads at any time",
                        "I5: what is copied was read at or after T0",
                        new Place("mongo/Reads.java", ".append(\"afterClusterTime\", new BsonTimestamp(t0.bits()))"),
                        "",
                        members + "aSecondaryThatLagsIsWaitedFor",
                        "expected: 2"),
                new Mutant(
                        "a chunk begins by a filter $gte",
                        "I6: min walks the index over all types, a comparison stays within one",
                        new Place("mongo/Reads.java", "range.append(\"min\", document(from))"),
                        "range.append(\"filter\", new BsonDocument(\"_id\", new BsonDocument(\"$gte\","
                                + " document(from).get(\"_id\"))))",
                        chunks,
                        "chunks of "),
                new Mutant(
                        "a chunk ends by a filter $lt",
                        "I6: max walks the index over all types, a comparison stays within one",
                        new Place("mongo/Reads.java", "range.append(\"max\", document(to))"),
                        "range.append(\"filter\", new BsonDocument(\"_id\", new BsonDocument(\"$lt\","
                                + " document(to).get(\"_id\"))))",
                        chunks,
                        "chunks of "),
                new Mutant(
                        "the document of MaxKey is left out",
                        "I6: an open end takes MaxKey out of an index walk with min",
                        new Place("mongo/Reads.java", ": List.of(range.append(\"max\", document(MAX_KEY)), last)"),
                        ": List.of(range.append(\"max\", document(MAX_KEY)))",
                        chunks,
                        "chunks of "),
                new Mutant(
                        "a chunk is marked as done in a transaction of its own",
                        "I6: a chunk's rows and the mark that it is done commit together",
                        new Place(
                                "copy/ChunkCopy.java",
                                "ends.state().chunks().done(tx, ends.owner(), chunk, progressing.copied(rows));"),
                        "Chunks.Copied all = progressing.copied(rows); ends.target().change(\"mark\", other ->"
                                + " ends.state().chunks().done(other, ends.owner(), chunk, all));",
                        PACKAGE + "run.RunServerTest#aConnectionLostWhileCommittingIsSettledByLooking",
                        "RunServerTest.aConnectionLostWhileCommittingIsSettledByLooking"),
                new Mutant(
                        "a chunk that is done may be done again",
                        "I6: whoever comes second finds the chunk done and takes his rows back",
                        new Place(
                                "state/Chunks.java",
                                "WHERE namespace = ? AND ordinal = ? AND NOT done\"\"\",\n                copied"),
                        "WHERE namespace = ? AND ordinal = ?\"\"\",\n                copied",
                        state + "aChunkIsDoneOnlyOnce",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "a chunk is done whoever owns the target",
                        "only the owner's epoch commits",
                        new Place("state/Chunks.java", "owner.check(tx);\n        int hit"),
                        "int hit",
                        state + "aRunThatWasReplacedCanCommitNothing",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "the rest of a divided chunk is not stored",
                        "I6: what a divided chunk leaves is a chunk of its own",
                        new Place("state/Chunks.java", "values(rest));\n        tx.update(\n"),
                        "values(new Chunk(chunk.namespace(), ordinal, chunk.to(), chunk.to())));\n        tx.update(\n",
                        state + "aSplitChunkAndItsRestCoverWhatItCovered",
                        "Expecting actual"));
    }

    private static List<Mutant> mapping() {
        String keys = PACKAGE + "mapping.KeysTest#distinctKeyBytesGiveDistinctTextThatReadsBack";
        return List.of(
                new Mutant(
                        "a derived id takes the first bytes of a key only",
                        "I7: distinct keys have distinct ids",
                        new Place("mapping/DerivedId.java", "sha256.update(bytes, start, end - start);"),
                        "sha256.update(bytes, start, Math.min(12, end - start));",
                        keys,
                        "KeysTest"),
                new Mutant(
                        "a derived id forgets the key's type",
                        "I7: 1 and 1.0 are two keys",
                        new Place("mapping/DerivedId.java", "sha256.update((byte) type.code());"),
                        "",
                        keys,
                        "KeysTest"),
                new Mutant(
                        "a long mongo_id is cut off",
                        "I7: a text that does not fit is replaced by its digest",
                        new Place("mapping/MongoId.java", "text.putAscii(DIGEST + digest);"),
                        "text.putAscii(DIGEST + digest.substring(0, 0));",
                        keys,
                        "KeysTest"),
                new Mutant(
                        "mongo_extra is not written",
                        "I13: what no column holds is kept",
                        new Place("mapping/Extra.java", "if (entries == 0) {"),
                        "if (entries >= 0) {",
                        PACKAGE + "mapping.RoundTripTest#aDocumentIsRebuiltFromItsRowsUnderAnyPlan",
                        "rebuilt"),
                new Mutant(
                        "types are not noted",
                        "I13: a type that the column cannot tell is noted",
                        new Place("mapping/Extra.java", "if (types.size() > 0) {"),
                        "if (types.size() < 0) {",
                        PACKAGE + "mapping.RoundTripTest#aDocumentIsRebuiltFromItsRowsUnderAnyPlan",
                        "rebuilt"));
    }
}
