package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What breaks the change of the database in charge. */
final class CutoverMutants {
    private static final String TEST = "dev.changeover.cutover.CutoverServerTest#";

    private static final String TIME_AFTER_FENCE = """
            if (fence) {
                ends.source().fence().raise(budget.left());
            }
            stations.reached(Station.CUTOVER_FENCED);
            ClusterTime fenced = ends.source().note("changeover has fenced");
            """.indent(12);

    private static final String TIME_BEFORE_FENCE = """
            ClusterTime fenced = ends.source().note("changeover has fenced");
            stations.reached(Station.CUTOVER_FENCED);
            if (fence) {
                ends.source().fence().raise(budget.left());
            }
            """.indent(12);

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "cutover: no fence on MongoDB",
                    "I9: MongoDB refuses writes before PostgreSQL takes them",
                    new Place("cutover/Cutover.java", "ends.source().fence().raise(budget.left());"),
                    "",
                    TEST + "postgresTakesChargeAndGivesItBackAndEachTimeTheOtherHasEveryWrite",
                    "Expecting code to raise a throwable"),
            new Mutant(
                    "cutover: what fails after the move is never told to be over",
                    "the command that asked for it ends, whatever becomes of the process",
                    new Place("cutover/Undo.java", "ends.state().cutovers().pausedUntilNow(ends.owner());"),
                    "",
                    TEST + "whatFailsAfterThePhaseHasMovedUndoesNothing",
                    "timed out"),
            new Mutant(
                    "cutover: the time that PostgreSQL must reach is noted before the fence is up",
                    "I10: no write of MongoDB's can be later than that time",
                    new Place("cutover/Cutover.java", TIME_AFTER_FENCE),
                    TIME_BEFORE_FENCE,
                    TEST + "nothingIsWrittenToMongoBetweenTheFenceAndTheTimeThatPostgresMustReach",
                    "Expecting value to be true"),
            new Mutant(
                    "cutover: the fence stays when it was undone",
                    "I18: writes go on when a cutover is given up",
                    new Place("cutover/Undo.java", "ends.source().fence().lower();"),
                    "",
                    TEST + "aRowThatCameLastAndDiffersIsInTheWay",
                    "Expecting value to be false"),
            new Mutant(
                    "cutover: what came last is not compared",
                    "I10: PostgreSQL takes charge of rows that are right",
                    new Place("cutover/Cutover.java", "if (!differences.isEmpty()) {"),
                    "if (false) {",
                    TEST + "aRowThatCameLastAndDiffersIsInTheWay",
                    "Expecting Optional to contain a value"),
            new Mutant(
                    "cutover: the way back is not tried",
                    "I10: the canary comes back before the flip",
                    new Place("cutover/Cutover.java", "canary.bringBack(asked.number(), -asked.number(), reverse);"),
                    "",
                    TEST + "aRehearsalTellsHowLongWritesWouldWaitAndChangesNothing",
                    "expected: -1L"));

    private CutoverMutants() {}
}
