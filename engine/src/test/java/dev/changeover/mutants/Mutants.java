package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;
import java.util.stream.Stream;

/** All mutants, by what they break. */
final class Mutants {
    private static final String PACKAGE = "dev.changeover.";

    static final List<Mutant> ALL = Stream.of(
                    copy(),
                    mapping(),
                    instants(),
                    keys(),
                    unknown(),
                    rows(),
                    columns(),
                    promises(),
                    phases(),
                    VerifyMutants.ALL,
                    ReverseMutants.ALL,
                    CutoverMutants.ALL,
                    RouterMutants.ALL,
                    HttpMutants.ALL,
                    RetireMutants.ALL,
                    DumpMutants.ALL)
            .flatMap(List::stream)
            .toList();

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
                        new Place("mongo/Reads.java", ".append(\"afterClusterTime\", new BsonTimestamp(at.bits()))"),
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
                                "filling.state().chunks().done(tx, filling.owner(), chunk, progressing.copied(rows));"),
                        "Chunks.Copied all = progressing.copied(rows); filling.target().change(\"mark\", other ->"
                                + " filling.state().chunks().done(other, filling.owner(), chunk, all));",
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

    private static final String CUTS =
            PACKAGE + "follow.CutStateServerTest#afterEveryCutAllRowsAreMongosDocumentsAtItsTime";
    private static final String PASSES = PACKAGE + "follow.CutStateServerTest#afterEveryCutBySpoolAndPassesTheyAreToo";

    /** Whether rows differ or clash: the test stands in the trace. */
    private static final String DIFFERS = "CutStateServerTest";

    private static List<Mutant> instants() {
        return List.of(
                new Mutant(
                        "a cut is taken at the stream's position",
                        "I1: events at the position may still come, so a cut is before it",
                        new Place("follow/Pending.java", "ClusterTime at = position.before();"),
                        "ClusterTime at = position;",
                        PACKAGE + "follow.FollowServerTest#everyCommittedStateIsMongosStateAtOneInstant",
                        "FollowServerTest"),
                new Mutant(
                        "documents are read as they are now",
                        "I1: all documents of a cut are read at its time",
                        new Place("mongo/Reads.java", ".append(\"atClusterTime\", new BsonTimestamp(at.bits()))"),
                        "",
                        CUTS,
                        "CutStateServerTest"),
                new Mutant(
                        "a cut may be noted at an earlier time",
                        "I3: cuts only move forward",
                        new Place("state/Spool.java", "WHERE at IS NULL OR at < ? RETURNING"),
                        "WHERE at IS NULL OR at < ?::numeric + 100 RETURNING",
                        PACKAGE + "state.StateServerTest#cutsOnlyMoveForward",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "a pass that leaves keys behind is called a cut",
                        "I1: only what leaves nothing behind is a state",
                        new Place(
                                "follow/Cutter.java",
                                "new Work(spooled.subList(0, keysMost), List.of(), held.resets(), false)"),
                        "new Work(spooled.subList(0, keysMost), List.of(), held.resets(), true)",
                        PASSES,
                        DIFFERS),
                new Mutant(
                        "whoever was replaced goes on",
                        "only the owner's epoch commits",
                        new Place("state/Owner.java", "WHERE epoch <> ?\""),
                        "WHERE epoch < 0 AND epoch <> ?\"",
                        PACKAGE + "state.StateServerTest#aRunThatWasReplacedCanCommitNothing",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "a run that lives is taken over",
                        "only one run works on a target: one that beats is left alone",
                        new Place("state/Owner.java", "make_interval(secs => ?)"),
                        "make_interval(secs => ? - 60)",
                        PACKAGE + "state.StateServerTest"
                                + "#aTargetIsTakenOverWhenItsOwnerHasGivenNoSignOfLifeForAMinute",
                        "Expecting code to raise a throwable"));
    }

    private static List<Mutant> keys() {
        String spooled = PACKAGE + "state.StateServerTest#aKeySpooledAgainKeepsItsFirstChangeAndTakesTheLast";
        return List.of(
                new Mutant(
                        "a key is forgotten with the changes after the cut",
                        "I4: what changed after the cut stays pending",
                        new Place("follow/Pending.java", "if (times.last.isAfter(at)) {"),
                        "if (at.isAfter(times.last) && times.last.isAfter(at)) {",
                        CUTS,
                        "CutStateServerTest"),
                new Mutant(
                        "a key that changes again after the cut is left out of it",
                        "I4: a cut takes what changed first at or before it",
                        new Place("follow/Pending.java", "if (!times.first.isAfter(upTo)) {"),
                        "if (!times.last.isAfter(upTo)) {",
                        CUTS,
                        "CutStateServerTest"),
                new Mutant(
                        "a key leaves the spool with the changes after the cut",
                        "I4: what changed after the cut stays spooled",
                        new Place(
                                "state/Spool.java",
                                "AND d.id = k.id AND d.last <= ?\"\"\", namespaces, ids, number(at)"),
                        "AND d.id = k.id\"\"\", namespaces, ids",
                        spooled,
                        "StateServerTest"),
                new Mutant(
                        "a spooled key that changes again after the cut is left out of it",
                        "I4: a cut takes what changed first at or before it",
                        new Place("state/Spool.java", "FROM changeover.dirty WHERE first <= ? ORDER"),
                        "FROM changeover.dirty WHERE last <= ? ORDER",
                        spooled,
                        "StateServerTest"),
                new Mutant(
                        "a spooling is overlooked while the spool is looked into",
                        "I4: keys that went to the spool meanwhile are looked for again",
                        new Place("follow/Pending.java", "if (!found && spoolings != seen) {"),
                        "if (!found && spoolings < seen) {",
                        PACKAGE + "follow.PendingTest#keysThatWentToTheSpoolMeanwhileAreNotForgotten",
                        "PendingTest"),
                new Mutant(
                        "a key spooled again forgets its first change",
                        "I4: the spool keeps the first of a key's changes",
                        new Place("state/Spool.java", "first = least(dirty.first, excluded.first)"),
                        "first = excluded.first",
                        spooled,
                        "StateServerTest"),
                new Mutant(
                        "what is in memory is not spooled",
                        "I4: what leaves the memory is in the spool",
                        new Place("follow/Spooler.java", "ends.state().spool().add(ends.owner(), held.dirty(),"),
                        "ends.state().spool().add(ends.owner(), List.of(),",
                        PASSES,
                        DIFFERS));
    }

    private static List<Mutant> unknown() {
        String changes = PACKAGE + "follow.UnknownChangesServerTest#";
        return List.of(
                new Mutant(
                        "an unknown change of a collection is passed over",
                        "I20: its documents are read anew, whatever it was",
                        new Place("follow/Spooler.java", "default -> unknown(change);"),
                        "default -> {}",
                        changes + "anUnknownChangeOfACollectionHasItsDocumentsReadAnew",
                        "UnknownChangesServerTest"),
                new Mutant(
                        "an unknown change of a database is passed over",
                        "I20: what it has done to which collections nobody knows, so the run stops",
                        new Place("follow/Spooler.java", "if (change.namespace().collection().isEmpty()) {"),
                        "if (false) {",
                        changes + "anUnknownChangeOfADatabaseStopsTheRun",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "a value of an unknown type is taken for another",
                        "I20: a document that cannot be read stops the run",
                        new Place("bson/BsonType.java", "if (type == null) {"),
                        "if (type == null) return INT32; if (false) {",
                        PACKAGE + "cli.RunCommandServerTest"
                                + "#aDocumentThatCannotBeReadIsRefusedByItsIdAndTheRunGoesOnOnceItIsMended",
                        "expected: 4"));
    }

    private static List<Mutant> rows() {
        String schema = PACKAGE + "follow.FollowSchemaServerTest#";
        return List.of(
                new Mutant(
                        "deleted documents keep their rows",
                        "I1: a document that is not there at the cut's time has no row",
                        new Place(
                                "follow/Cutter.java",
                                "missing.forEach((cut, ids) -> Staging.delete(tx, cut.plan(), ids));"),
                        "",
                        CUTS,
                        DIFFERS),
                new Mutant(
                        "rows whose unique values change stay until they are updated",
                        "I16: unique values may change hands within a cut",
                        new Place(
                                "follow/Cutter.java",
                                "sets.keySet().forEach(cut -> staging.deleteChanging(tx, cut.plan()));"),
                        "",
                        CUTS,
                        "owners_seat_key"),
                new Mutant(
                        "children stay when their parent is replaced",
                        "child rows are replaced with their parent",
                        new Place("follow/Cutter.java", "cuts.forEach(cut -> staging.begin(tx, cut));"),
                        "cuts.forEach(cut -> staging.begin(tx, new CollectionCut(cut.plan(), List.of())));",
                        CUTS,
                        "nested_parts"),
                new Mutant(
                        "a document that was not asked for by its own bytes is not written",
                        "a replacement may turn the key 5.0 into 5, and its event tells 5.0",
                        new Place("follow/CollectionCut.java", "return before == null || !before;"),
                        "return before != null && !before;",
                        CUTS,
                        DIFFERS),
                new Mutant(
                        "a drop is taken for missing documents",
                        "I8: a document was deleted only if its collection is still there",
                        new Place("follow/Cutter.java", "requireSameCollections(tx, missing.keySet(), at);"),
                        "",
                        schema + "aReadAcrossADropTakesNothingAway",
                        " rows at "),
                new Mutant(
                        "a replaced collection keeps the rows of the one before",
                        "I8: a drop or a rename onto it empties a collection",
                        new Place(
                                "follow/Cutter.java",
                                "plan.of(namespace).ifPresent(collection -> Staging.empty(tx, collection));"),
                        "",
                        schema + "whatHappensToACollectionHappensToItsTables",
                        "FollowSchemaServerTest"));
    }

    private static List<Mutant> columns() {
        String pieces = PACKAGE + "follow.BackfillServerTest#allDocumentsAreReadAnewPieceByPiece";
        return List.of(
                new Mutant(
                        "a plan is taken over and rows stay as they were",
                        "I1: rows written by the plan before are brought to the new one",
                        new Place(
                                "state/NextPlan.java",
                                "change.read().forEach((namespace, fields) -> Backfills.add(tx, namespace, fields));"),
                        "",
                        PACKAGE + "run.NewColumnsServerTest#newFieldsGetTheirColumnsWhileAWriterGoesOn",
                        "NewColumnsServerTest"),
                new Mutant(
                        "new columns are called filled before a cut has their documents",
                        "I4: documents to be read anew are applied before they are forgotten",
                        new Place("follow/Backfill.java", "pending.spooledBeside(some.getFirst().first());"),
                        "",
                        pieces,
                        "BackfillServerTest"),
                new Mutant(
                        "the filling of new columns ends early",
                        "I4: no document is left out between two pieces",
                        new Place("follow/Backfill.java", "if (next.isEmpty()) {"),
                        "if (next.isEmpty() || some.size() == keysMost) {",
                        pieces,
                        "BackfillServerTest"),
                new Mutant(
                        "documents without the new field are not read anew where that matters",
                        "I13: NULL of a new column stands for what the plan says",
                        new Place("run/PlanChange.java", "|| speaksOfOthers(one.field())"),
                        "",
                        PACKAGE + "run.PlanChangeTest#allDocumentsAreReadWhereAFilterWouldMissSome",
                        "PlanChangeTest"));
    }

    private static List<Mutant> promises() {
        String follow = PACKAGE + "follow.PromisesServerTest#";
        String finish = PACKAGE + "finish.FinishServerTest#";
        return List.of(
                new Mutant(
                        "children stay when many passes clear their parents",
                        "a foreign key of child rows holds in every pass",
                        new Place("follow/Cutter.java", "            clearChildren(tx, cuts, at);"),
                        "",
                        follow + "childrenGoWithTheirParentsHoweverManyPassesACutNeeds",
                        "users_items_parent_id_fkey"),
                new Mutant(
                        "NOT NULL is taken along into temporary tables",
                        "what a row breaks is the table's, so that it can be taken back",
                        new Place(
                                "follow/Staging.java",
                                "\" ON COMMIT DELETE ROWS AS SELECT * FROM \" + SqlText.quoted(plan.table()) + \" WITH NO DATA\""),
                        "\" (LIKE \" + SqlText.quoted(plan.table()) + \") ON COMMIT DELETE ROWS\"",
                        follow + "whatADocumentBreaksIsTakenBackAndTheFollowingGoesOn",
                        "null value in column"),
                new Mutant(
                        "a promise that is half made is begun again",
                        "what an interrupted finish has left is found by its name",
                        new Place("finish/Step.java", "if (!promised && shown.isEmpty()) {"),
                        "if (!promised) {",
                        finish + "aFinishKilledBetweenItsStatementsGoesOnWithThem",
                        "Expecting empty"));
    }

    private static List<Mutant> phases() {
        String steps = PACKAGE + "phase.StepsServerTest#";
        return List.of(
                new Mutant(
                        "the phase is moved whatever it is now",
                        "a step is a compare and set of phase and epoch",
                        new Place("state/Phases.java", "\" WHERE phase = ? AND epoch = ? RETURNING epoch\""),
                        "\" WHERE (phase = ? AND epoch = ?) IS NOT NULL RETURNING epoch\"",
                        steps + "onlyOneMovesThePhase",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "a step does not wait for instances",
                        "a step ends when every instance that is there goes by it",
                        new Place("phase/Guards.java", "one.isThere() && one.epoch() < epoch"),
                        "one.isThere() && one.epoch() < epoch - 1_000",
                        steps + "anInstanceThatDoesNotAnswerSendsAllBack",
                        "Expecting code to raise a throwable"),
                new Mutant(
                        "a failed hook is passed over",
                        "what fails on the way is undone",
                        new Place("phase/Hook.java", "return code == 0 ?"),
                        "return code >= 0 ?",
                        steps + "aHookThatFailsSendsAllBackAndIsToldSo",
                        "Expecting code to raise a throwable"));
    }
}
