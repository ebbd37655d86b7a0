package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What breaks the phase over HTTP. */
final class HttpMutants {
    private static final String SERVER = "dev.changeover.http.HttpTest#";
    private static final String PHASE = "dev.changeover.cli.HttpServerTest#";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "http: slow clients keep their places",
                    "no client holds up the others",
                    new Place("http/Threads.java", ".filter(place -> place.until - now < 0)"),
                    ".filter(place -> false)",
                    SERVER + "whoSendsHalfARequestKeepsItsPlaceForAWhileOnly",
                    "ConditionTimeoutException"),
            new Mutant(
                    "http: a long stream is cut off",
                    "who reads its stream keeps it",
                    new Place("http/Asked.java", "threads.again();"),
                    "",
                    SERVER + "whoDoesNotReadItsStreamLosesItAndWhoReadsKeepsIt",
                    "IOException"),
            new Mutant(
                    "http: a stream goes on without PostgreSQL",
                    "what is told was true a few seconds ago",
                    new Place("http/PhaseWatch.java", "if (System.nanoTime() - since > OLD.toNanos()) {"),
                    "if (false) {",
                    PHASE + "withoutPostgresNothingIsToldThatMayBeOverAndItGoesOnAfterwards",
                    "a stream that cannot know ends"),
            new Mutant(
                    "http: any token will do",
                    "where there is a token, only who has it is answered",
                    new Place("http/Http.java", "asked.header(\"Authorization\").map(this::isRight).orElse(false)"),
                    "asked.header(\"Authorization\").isPresent()",
                    SERVER + "whereThereIsATokenOnlyWhoHasItIsAnswered",
                    "401"));

    private HttpMutants() {}
}
