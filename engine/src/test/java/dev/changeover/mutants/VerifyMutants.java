package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What a verification must not overlook, and must not make up (I12). */
final class VerifyMutants {
    private static final String TEST = "dev.changeover.verify.VerificationServerTest#";
    private static final String MOMENTS = "dev.changeover.verify.VerificationMomentsServerTest#";
    private static final String INEXACT = "dev.changeover.verify.VerificationWithoutInstantsServerTest#";
    private static final String RESUME = "dev.changeover.verify.VerificationResumeServerTest#";
    private static final String RESYNC =
            "dev.changeover.run.ResyncServerTest#afterAHoleAllRowsAreComparedAndThoseThatDifferWritten";
    private static final String DAMAGE = TEST + "everyKindOfDamageIsFoundAndNothingElse";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "documents are compared as they are now",
                    "I12: document and row are of one instant",
                    new Place(
                            "mongo/Mongo.java", "exact ? reads.chunkAt(ask, chunk, at) : reads.chunk(ask, chunk, at)"),
                    "reads.chunk(ask, chunk, at)",
                    TEST + "documentAndRowsAreComparedAsOfTheCut",
                    "VerificationServerTest"),
            new Mutant(
                    "the documents of rows are looked for as they are now",
                    "I12: document and row are of one instant",
                    new Place("mongo/Mongo.java", "opened.apply(readsAnInstant(namespace))"),
                    "opened.apply(false)",
                    TEST + "documentAndRowsAreComparedAsOfTheCut",
                    "VerificationServerTest"),
            new Mutant(
                    "child rows are not counted",
                    "I12: child rows that are gone or too many are found",
                    new Place("verify/RowMatch.java", "if (expected.size() != actual.size()) {"),
                    "if (expected.size() != actual.size()) { if (actual.size() < 1_000) return;",
                    DAMAGE,
                    "VerificationServerTest"),
            new Mutant(
                    "rows are not looked up",
                    "I12: rows without a document are found",
                    new Place("verify/RowsLookup.java", "if (!there.contains(row.id())) {"),
                    "if (there.size() > 1_000_000) {",
                    DAMAGE,
                    "VerificationServerTest"),
            new Mutant(
                    "rows are not counted",
                    "I12: a part whose rows are more than its documents is looked at row by row",
                    new Place("verify/RowsLookup.java", "if (there == known) {"),
                    "if (there >= known) {",
                    DAMAGE,
                    "VerificationServerTest"),
            new Mutant(
                    "ids are compared with their sign",
                    "I12: each row is of the part whose range of ids it lies in",
                    new Place("verify/IdRange.java", "int high = Long.compareUnsigned("),
                    "int high = Long.compare(",
                    "dev.changeover.verify.RowsByRangeServerTest#everyIdIsOfOnePart",
                    "RowsByRangeServerTest"),
            new Mutant(
                    "child rows without a parent are not looked for",
                    "I12: child rows of no document are found",
                    new Place("verify/RowsLookup.java", ".forEach(text -> found.orphan("),
                    ".subList(0, 0).forEach(text -> found.orphan(",
                    DAMAGE,
                    "VerificationServerTest"),
            new Mutant(
                    "numbers in jsonb are compared by value",
                    "I12: 1.5 and 1.50 are two numbers in jsonb",
                    new Place("bson/CanonicalJson.java", "        if (plain && in[from] != '-') {"),
                    "        out.putAscii(new BigDecimal(new String(in, from, at - from, StandardCharsets.US_ASCII))"
                            + ".stripTrailingZeros().toPlainString()); if (plain) { return; } if (plain) {",
                    TEST + "theDifferencesAreToldWithBothValues",
                    "VerificationServerTest"),
            new Mutant(
                    "a row without a document goes whatever has come meanwhile",
                    "a repair reads the document anew, where there can be one",
                    new Place("state/Repairs.java", "(array_agg(key) FILTER (WHERE key IS NOT NULL))[1]"),
                    "NULL::bytea",
                    TEST + "aRepairTakesNoRowAwayWhoseDocumentHasComeMeanwhile",
                    "VerificationServerTest"),
            new Mutant(
                    "a pass that is no cut is not noted",
                    "I12: rows between two cuts are of no one instant",
                    new Place("follow/Cutter.java", "ends.state().spool().between(tx);"),
                    "",
                    MOMENTS + "noSnapshotIsTakenBetweenTwoCuts",
                    "VerificationMomentsServerTest"),
            new Mutant(
                    "rows are compared while new columns are filled",
                    "I12: rows of the plan before look different",
                    new Place("verify/Snapshots.java", "if (snapshot.standing().filling()) {"),
                    "if (snapshot == null) {",
                    MOMENTS + "rowsAreNotComparedWhileNewColumnsAreFilled",
                    "VerificationMomentsServerTest"),
            new Mutant(
                    "documents of another collection are compared",
                    "I12: a read across a drop or rename finds nothing and does not fail",
                    new Place("verify/Snapshots.java", "if (from.isEmpty() || from.equals(now)) {"),
                    "if (from.isEmpty() || now != null) {",
                    MOMENTS + "aCollectionRenamedAfterTheCutIsComparedAgain",
                    "VerificationMomentsServerTest"),
            new Mutant(
                    "a verification is as old as its end",
                    "what was compared first may have changed most",
                    new Place("state/Verifications.java", "(trunc((cut.at - v.first_cut) / 4294967296) * 1000"),
                    "(trunc((cut.at - v.last_cut) / 4294967296) * 1000",
                    RESUME + "itIsAsOldAsItsFirstCut",
                    "VerificationResumeServerTest"),
            new Mutant(
                    "a sample ends the resuming",
                    "a verification that was stopped is gone on with",
                    new Place("state/Verifications.java", "\" WHERE mode = 'full' AND ARRAY(SELECT namespace"),
                    "\" WHERE id = (SELECT max(id) FROM changeover.verification) AND ARRAY(SELECT namespace",
                    RESUME + "aSampleInBetweenDoesNotEndTheResuming",
                    "VerificationResumeServerTest"),
            new Mutant(
                    "the place among the rows is not kept",
                    "a verification that was stopped is gone on with, and counts nothing twice",
                    new Place(
                            "state/Verifications.java",
                            "Optional.ofNullable(row.getObject(1, UUID.class)), row.getBoolean(2)),\n"
                                    + "                                id,"),
                    "Optional.empty(), row.getBoolean(2)),\n                                id,",
                    RESUME + "whereverItIsStoppedEachDocumentAndRowIsComparedOnce",
                    "VerificationResumeServerTest"),
            new Mutant(
                    "a row with the key of another stays",
                    "a damaged row does not end the following",
                    new Place("follow/Cutter.java", "        if (ousting) {\n"),
                    "        if (ousting && clearing) {\n",
                    "dev.changeover.follow.FollowFaultsServerTest#aRowThatBearsTheKeyOfAnotherGoes",
                    "FollowFaultsServerTest"),
            new Mutant(
                    "a resync writes no document that differs",
                    "what was lost is found by comparing",
                    new Place("state/Resyncs.java", "wrong.spool(tx);\n            Verifications.compared("),
                    "Verifications.compared(",
                    RESYNC,
                    "ResyncServerTest"),
            new Mutant(
                    "a resync takes no row away",
                    "what was lost is found by comparing",
                    new Place("state/Resyncs.java", "wrong.spool(tx);\n            Verifications.looked("),
                    "Verifications.looked(",
                    RESYNC,
                    "ResyncServerTest"),
            new Mutant(
                    "a resync does not open the stream anew",
                    "what cannot be read is not waited for",
                    new Place("state/Resyncs.java", "Spool.moveTo(tx, t0);"),
                    "",
                    "dev.changeover.run.LostHistoryServerTest#aResyncBringsBackWhatWasLostAndGoesOn",
                    "ChangeStreamHistoryLost"),
            new Mutant(
                    "rows of a resync stand for the collections of before",
                    "I8: a row goes if its document is absent in the very collection that the name stands for",
                    new Place(
                            "state/Resyncs.java",
                            "from.forEach((namespace, uuid) -> Spool.standsFor(tx, namespace, uuid));"),
                    "",
                    RESYNC,
                    "ResyncServerTest"),
            new Mutant(
                    "a difference is one at first sight",
                    "I12: without reads at an instant a change on its way looks like a difference",
                    new Place(
                            "verify/Verification.java",
                            "found.doubts().isEmpty() || mongo.readsAnInstant(of.namespace())"),
                    "found.doubts().isEmpty() || of.namespace() != null",
                    INEXACT + "withoutReadsAtAnInstantOnlyWhatStaysIsADifference",
                    "VerificationWithoutInstantsServerTest"),
            new Mutant(
                    "passes do not mark what they read of what is watched",
                    "I12: what looks the same twice can be on its way both times",
                    new Place(
                            "follow/Cutter.java",
                            "cuts.forEach(of -> ends.state().suspects().touched(tx, of.namespace(), of.touched()));"),
                    "",
                    INEXACT + "whatLooksTheSameTwiceAndIsOnItsWayIsNoDifference",
                    "VerificationWithoutInstantsServerTest"),
            new Mutant(
                    "orphans beside rows in doubt are forgotten",
                    "I12: child rows of no document are found",
                    new Place("verify/Settling.java", "real.addCertain(doubtful);"),
                    "",
                    INEXACT + "childRowsWithoutAParentAreToldBesideRowsInDoubt",
                    "VerificationWithoutInstantsServerTest"));

    private VerifyMutants() {}
}
