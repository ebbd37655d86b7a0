package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What breaks the way back to MongoDB. */
final class MutantsOfReverse {
    private static final String FAULTS = "dev.changeover.reverse.ReverseFaultsServerTest#";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "way back: a reverse worker commits without passing the fence",
                    "I14: whoever has been overtaken commits nothing",
                    new Place("mongo/FencedWriter.java", "transaction.passFence();"),
                    "",
                    FAULTS + "aWorkerThatWasOvertakenCommitsNothing",
                    "expected: \"name of a\""),
            new Mutant(
                    "way back: the fence passes any epoch",
                    "I14: whoever has been overtaken commits nothing",
                    new Place("mongo/FencedWriter.java", "update.name(BsonType.INT64, \"epoch\").int64(epoch);"),
                    "",
                    FAULTS + "onlyTheLatestEpochPassesTheFence",
                    "Expecting code to raise a throwable"),
            new Mutant(
                    "way back: all of the queue is removed after a pass",
                    "I15: only what the snapshot showed is removed",
                    new Place("state/ReverseQueue.java", "WHERE seq = ANY (?)"),
                    "WHERE seq > 0 OR seq = ANY (?)",
                    FAULTS + "whatIsQueuedWhileAPassGoesOnStays",
                    "expected: 1"),
            new Mutant(
                    "way back: the queue is read by numbers that only grow",
                    "I15: a number says nothing of the order of commits",
                    new Place("state/ReverseQueue.java", "FROM changeover.reverse_queue ORDER BY seq LIMIT ?"),
                    "FROM changeover.reverse_queue WHERE seq = (SELECT last_value FROM"
                            + " changeover.reverse_queue_seq_seq) ORDER BY seq LIMIT ?",
                    FAULTS + "aTransactionThatCommitsLateIsNotSkipped",
                    "expected: \"late\""),
            new Mutant(
                    "way back: TRUNCATE is not queued",
                    "I15: row triggers do not fire on TRUNCATE",
                    new Place("state/ReverseTriggers.java", "truncate(plan.table(), namespace, statements);"),
                    "",
                    FAULTS + "truncateEmptiesTheCollectionButForRowsThatCameSince",
                    "since"),
            new Mutant(
                    "way back: triggers are silent for subscribers",
                    "I15: a row is queued whoever writes it",
                    new Place("state/ReverseTriggers.java", " ENABLE ALWAYS TRIGGER \" + name"),
                    " ENABLE TRIGGER \" + name",
                    FAULTS + "everyWayOfWritingIsQueuedButTheFollowersOwn",
                    "expected: 2"),
            new Mutant(
                    "way back: unique values are written one after the other",
                    "I16: MongoDB checks each write by itself",
                    new Place("reverse/Transfer.java", "if (anew && write instanceof Write.Replace replace) {"),
                    "if (refused.size() < 0 && write instanceof Write.Replace replace) {",
                    FAULTS + "uniqueValuesMayChangeHands",
                    "Expecting empty"),
            new Mutant(
                    "way back: what no document can express is written as far as it goes",
                    "I14: f of the document is the row",
                    new Place("reverse/CollectionWriter.java", "if (!changed.unlike().isEmpty()) {"),
                    "if (changed.unlike().size() < 0) {",
                    FAULTS + "whatMongoDbDoesNotTakeIsHeldAndTheOthersGoOn",
                    "Expected size: 4"));

    private MutantsOfReverse() {}
}
