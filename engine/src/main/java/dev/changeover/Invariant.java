package dev.changeover;

import java.util.function.Supplier;

/** The promises Changeover makes, under the names that tests and ARCHITECTURE.md use. */
public enum Invariant {
    I1_CUT_IS_STATE("the rows of a cut are MongoDB's documents at its cluster time"),
    I3_CUTS_ADVANCE("a cut is before the stream's position, and cuts only move forward"),
    I4_NOTHING_FORGOTTEN("a change that was delivered is applied or still in the spool"),
    I5_MAJORITY_AFTER_T0("every value written was majority-committed and read at or after T0"),
    I6_CHUNK_ONCE("the copy covers every _id exactly once, whatever its type"),
    I7_KEYS_DISTINCT("distinct MongoDB keys have distinct mongo_id"),
    I8_SAME_COLLECTION("a row goes only if its document is absent in the very collection that the row is from"),
    I9_ONE_IN_CHARGE("at most one database takes writes of the application, whatever is killed, paused or late"),
    I10_ACKNOWLEDGED_IS_KEPT("what one database has acknowledged is in the other when that takes charge"),
    I12_REAL_DIFFERENCES("a verification finds every difference and no other, while both sides are written to"),
    I13_NOTHING_LOST("a document can be rebuilt from its rows"),
    I14_NO_ZOMBIE("whoever has been overtaken writes nothing to MongoDB: its documents are the rows of the last pass"),
    I15_QUEUE_KEPT("a change committed in PostgreSQL is queued until MongoDB has committed it"),
    I16_ANY_ORDER("no cut depends on the order of its rows: unique values may change hands within it"),
    I17_GOES_ON("after a crash, an election or a lost connection the stream is read on without a gap"),
    I19_MEMORY_BOUNDED("memory does not grow with the collection, nor with what has changed"),
    I20_NOTHING_SKIPPED("a change of an unknown kind is never passed over"),
    LEDGER_BALANCES("documents read = rows written + excluded; values read = exact + converted + kept + excluded");

    private final String promise;

    Invariant(String promise) {
        this.promise = promise;
    }

    /** Stops the run when {@code holds} is false: wrong rows are worse than no rows. */
    public void check(boolean holds, Supplier<String> seen) {
        if (!holds) {
            throw new FailedException(new Failure.Broken(name() + " (" + promise + ")", seen.get()));
        }
    }
}
