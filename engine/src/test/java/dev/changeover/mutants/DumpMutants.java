package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What breaks the reading of dumps and exports, and the replay of an oplog. */
final class DumpMutants {
    private static final String REPLAY = "dev.changeover.dump.ReplayTest#";
    private static final String DAMAGE = "dev.changeover.dump.DamageTest#";
    private static final String RUN = "dev.changeover.run.FileRunServerTest#";
    private static final String RESUME = "dev.changeover.run.FileVerificationResumeServerTest#";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "dump: the checksum of an archive is not compared",
                    "a changed byte in an archive is noticed",
                    new Place("dump/Archive.java", "of.wrong = header.checksum() != of.checksum.value();"),
                    "of.wrong = false;",
                    DAMAGE + "damageIsToldOrHarmless",
                    "wrong documents of ARCHIVE"),
            new Mutant(
                    "dump: an archive may end before its collections do",
                    "a cut end of an archive is noticed",
                    new Place("dump/Archive.java", "} else if (!one.ended) {"),
                    "} else if (one.documents < 0) {",
                    DAMAGE + "damageIsToldOrHarmless",
                    "wrong documents of ARCHIVE"),
            new Mutant(
                    "dump: a file may end within a document",
                    "a cut end of a file is noticed",
                    new Place("dump/BsonDocuments.java", "if (end > 0) {"),
                    "if (end > 1 << 30) {",
                    DAMAGE + "aCutWithinADocumentIsTold",
                    "Expecting Optional to contain a value"),
            new Mutant(
                    "dump: a date of the first version is a text",
                    "Extended JSON of both versions gives the types of the documents",
                    new Place("dump/TypedJson.java", "out.name(BsonType.DATE, name).int64(millis(value));"),
                    "out.name(BsonType.STRING, name).string(String.valueOf(value));",
                    "dev.changeover.dump.ExportedJsonTest#aDateIsOneInEachOfItsForms",
                    "1234567890123"),
            new Mutant(
                    "dump: arrays are not cut to their new length",
                    "a difference of an oplog entry is applied as the server does",
                    new Place("dump/DocumentDiff.java", "length[0] = (int) value.number();"),
                    "",
                    REPLAY + "aDifferenceCutsAnArrayToItsNewLength",
                    "ReplayTest.aDifferenceCutsAnArrayToItsNewLength"),
            new Mutant(
                    "dump: a transaction's operations are applied from the last to the first",
                    "the oplog is applied in its order",
                    new Place("dump/Replay.java", "entry.operations().forEach("),
                    "entry.operations().reversed().forEach(",
                    REPLAY + "theOperationsOfATransactionAreAppliedInTheirOrder",
                    "ReplayTest.theOperationsOfATransactionAreAppliedInTheirOrder"),
            new Mutant(
                    "dump: transactions that were given up are applied",
                    "a transaction counts when it was committed",
                    new Place("dump/Replay.java", "if (waits && !committed.contains(entry.transaction().get())) {"),
                    "if (waits && committed.contains(\"\")) {",
                    REPLAY + "aPreparedTransactionIsAppliedOnlyWhenItWasCommitted",
                    "ReplayTest.aPreparedTransactionIsAppliedOnlyWhenItWasCommitted"),
            new Mutant(
                    "dump: what is not understood is skipped",
                    "I20: an entry of an unknown kind stops the run before anything is copied",
                    new Place(
                            "dump/Replay.java",
                            "throw entry.notUnderstood(\"the oplog has an operation that is not known\");"),
                    "{}",
                    REPLAY + "whatIsNotUnderstoodStopsItWithItsText",
                    "Expecting code to raise a throwable"),
            new Mutant(
                    "dump: an entry is applied twice",
                    "every entry of the oplog is applied once",
                    new Place("dump/Replay.java", "handle(entry, living, hears);\n            } catch"),
                    "handle(entry, living, hears);\n                handle(entry, living, hears);\n            } catch",
                    REPLAY + "collectionsLiveAndDieWithTheirDocuments",
                    "renames a collection that is not in the dump"),
            new Mutant(
                    "dump: documents that the oplog touches come from the data too",
                    "I6: every document comes once",
                    new Place("dump/DumpReader.java", "block.keep(i -> !kept.changed().touches(block, i));"),
                    "",
                    REPLAY + "whatDoesNotFitTheMemoryComesInParts",
                    "once: "),
            new Mutant(
                    "dump: parts are those of this heap",
                    "I6: whoever goes on with another heap leaves out no document",
                    new Place("dump/DumpReader.java", "parts = from > Places.CHANGES ? Places.parts(from) :"),
                    "parts =",
                    REPLAY + "partsThatWereCutWithAnotherHeapAreGoneOnWith",
                    "ReplayTest.partsThatWereCutWithAnotherHeapAreGoneOnWith"),
            new Mutant(
                    "dump: documents that are there twice stay",
                    "of a document that the files have twice the last one counts",
                    new Place("run/FileRun.java", "new TakenBack(filling, plan).run();"),
                    "",
                    RUN + "ofADocumentThatIsThereTwiceTheLastOneCounts",
                    "is duplicated"),
            new Mutant(
                    "dump: a comparison goes on with other files",
                    "I12: what was compared with one source says nothing of another",
                    new Place("state/Verifications.java", "\" AND files IS NOT DISTINCT FROM ?::text\""),
                    "\" AND (files IS NOT DISTINCT FROM ?::text OR true)\"",
                    RESUME + "otherFilesAreComparedFromTheirBeginning",
                    "FileVerificationResumeServerTest.otherFilesAreComparedFromTheirBeginning"),
            new Mutant(
                    "dump: a comparison with files always begins anew",
                    "a comparison with files that was stopped is gone on with",
                    new Place("verify/FileVerification.java", "if (!sample && !settings.fresh()) {"),
                    "if (sample && !settings.fresh()) {",
                    RESUME + "whatWasComparedIsNotComparedAgain",
                    "it gets no further"));

    private DumpMutants() {}
}
