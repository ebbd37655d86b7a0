package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;
import java.util.stream.Stream;

/** What breaks the applications' router. */
final class RouterMutants {
    private static final String PACKAGE = "dev.changeover.router.";
    private static final String CALLS = PACKAGE + "RouterServerTest#";
    private static final String LEASES = PACKAGE + "LeaseServerTest#";
    private static final String CAUSALITY = PACKAGE + "CausalityServerTest#";
    private static final String OUTCOMES = PACKAGE + "OutcomesServerTest#";
    private static final String TRIALS = PACKAGE + "TrialsServerTest#";

    static final List<Mutant> ALL = Stream.of(leases(), causality(), outcomes(), trials())
            .flatMap(List::stream)
            .toList();

    private RouterMutants() {}

    private static List<Mutant> leases() {
        return List.of(
                new Mutant(
                        "router: calls begin without a lease",
                        "whoever is not waited for does not know the phase",
                        new Place("router/Gate.java", "return hasLease() || staysOnMongo"),
                        "return true || staysOnMongo",
                        LEASES + "noCallBeginsWithoutALease",
                        "noCallBeginsWithoutALease"),
                new Mutant(
                        "router: what was read while the lease ran out is handed out",
                        "I9: another database may have been in charge meanwhile",
                        new Place("router/Gate.java", "before.outlive();"),
                        "",
                        LEASES + "whatWasReadWhileTheLeaseRanOutIsReadAnewByThePhaseThatIs",
                        "expected: 2"),
                new Mutant(
                        "router: an epoch is acknowledged while calls go by the one before",
                        "an acknowledgement says that no call goes by an earlier epoch",
                        new Place("router/Gate.java", "now == null || !leaving.isEmpty() ?"),
                        "now == null ?",
                        LEASES + "anEpochIsAcknowledgedWhenTheLastCallOfTheOneBeforeHasEnded",
                        "anEpochIsAcknowledged"));
    }

    private static List<Mutant> causality() {
        return List.of(
                new Mutant(
                        "router: a read on PostgreSQL waits for nothing",
                        "I11: PostgreSQL answers what has all that the caller has seen",
                        new Place("router/Router.java", "(time == 0 || awaitCut(time))"),
                        "time >= 0",
                        CAUSALITY + "aReadOnPostgresIsNeverBeforeTheCallersOwnWrite",
                        "expected: 1"),
                new Mutant(
                        "router: a caller that has seen a later epoch is sent where the instance knows",
                        "I11: a session moves between instances",
                        new Place("router/Router.java", "Causality.current().token().epoch() <= era.epoch()"),
                        "Causality.current().token().epoch() <= Long.MAX_VALUE",
                        CAUSALITY + "aCallerThatHasSeenALaterEpochIsNotSentBack",
                        "aCallerThatHasSeenALaterEpoch"),
                new Mutant(
                        "router: a read that fell back does not ask for the phase again",
                        "I11: MongoDB may be behind since it was read",
                        new Place("router/Router.java", "(!fellBack || askIfPossible() && isNewest(era))"),
                        "(!fellBack || true)",
                        CAUSALITY + "aReadThatFellBackIsMadeAnewWhenThePhaseHasMoved",
                        "expected: 2"),
                new Mutant(
                        "router: a write in phase both is answered at once",
                        "a write is answered when PostgreSQL has it too",
                        new Place("router/Router.java", "era.phase().waitsForCut()"),
                        "era.phase() == null",
                        CAUSALITY + "aWriteInPhaseBothIsAnsweredWhenPostgresHasIt",
                        "aWriteInPhaseBoth"));
    }

    private static List<Mutant> outcomes() {
        return List.of(
                new Mutant(
                        "router: writes that are blocked fail",
                        "nothing fails while the phase moves",
                        new Place("router/MongoFailures.java", "code == BLOCKED || code == ON_VIEW"),
                        "code == ON_VIEW",
                        CALLS + "aFenceThatIsTakenDownAgainIsWaitedFor",
                        "aFenceThatIsTakenDown"),
                new Mutant(
                        "router: writes that are refused take no turns",
                        "a fence is met by all threads at once: together they must not keep the servers from what they wait for",
                        new Place("router/Turns.java", "Math.max(spaced, pause.toNanos())"),
                        "pause.toNanos()",
                        OUTCOMES + "writesThatAFenceRefusesTakeTurns",
                        "one every 10 ms"),
                new Mutant(
                        "router: writes to a view fail",
                        "nothing fails while the phase moves",
                        new Place("router/MongoFailures.java", "code == BLOCKED || code == ON_VIEW"),
                        "code == BLOCKED",
                        OUTCOMES + "aWriteToTheViewOfACollectionThatWasRenamedWaits",
                        "aWriteToTheView"),
                new Mutant(
                        "router: an aborted transaction fails",
                        "nothing fails while the phase moves",
                        new Place("router/MongoFailures.java", "return Verdict.ABORTED;"),
                        "return Verdict.THEIRS;",
                        OUTCOMES + "aTransactionThatWasAbortedIsMadeAnew",
                        "aTransactionThatWasAborted"),
                new Mutant(
                        "router: what is done in part is done again",
                        "I10: nothing is done twice",
                        new Place("router/Retry.java", "if (scope.isDone() && !idempotent) {"),
                        "if (scope.isDone() && false) {",
                        OUTCOMES + "whatIsDoneInPartIsNotDoneTwice",
                        "whatIsDoneInPart"),
                new Mutant(
                        "router: a write without an answer is made again in another epoch",
                        "I10: what may be done on one database is never tried on the other",
                        new Place("router/Retry.java", "router.askIfPossible() && router.isNewest(era)"),
                        "router.askIfPossible()",
                        OUTCOMES + "aWriteToMongoWithoutAnAnswerIsNeverTriedOnPostgres",
                        "aWriteToMongoWithoutAnAnswer"),
                new Mutant(
                        "router: a commit without an answer is the application's failure",
                        "I10: an unknown outcome is told as one",
                        new Place("router/FencedConnection.java", "if (!SqlFailures.isSilence(e)) {"),
                        "if (true) {",
                        OUTCOMES + "aCommitOnPostgresWithoutAnAnswerIsReported",
                        "aCommitOnPostgres"),
                new Mutant(
                        "router: transactions do not check the epoch",
                        "I9: a write of an epoch that is over is not done by it",
                        new Place("router/FencedConnection.java", "router.beginWrite(connection);"),
                        "",
                        OUTCOMES + "aWriteOfAnEpochThatIsOverIsMadeAnew",
                        "aWriteOfAnEpoch"));
    }

    private static List<Mutant> trials() {
        return List.of(
                new Mutant(
                        "router: a rehearsal is not told to the server",
                        "a rehearsal is never committed",
                        new Place("router/Stage.java", "PhaseTable.beginRehearsal(opened);"),
                        "",
                        TRIALS + "aRehearsalNeverCommits",
                        "aRehearsalNeverCommits"),
                new Mutant(
                        "router: shadow reads compare with what the follower has not brought yet",
                        "only a difference that stays is one",
                        new Place(
                                "router/Shadow.java",
                                "!router.cuts().await(onMongo.time(), router.settings().cutPatience())"),
                        "router.cuts() == null",
                        TRIALS + "aReadIsComparedOnceTheFollowerHasIt",
                        "aReadIsCompared"));
    }
}
