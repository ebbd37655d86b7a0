package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What breaks the way back to MongoDB. */
final class ReverseMutants {
    private static final String FAULTS = "dev.changeover.reverse.ReverseFaultsServerTest#";

    static final List<Mutant> ALL = List.of(new Mutant(
            "way back: a reverse worker commits without passing the fence",
            "I14: whoever has been overtaken commits nothing",
            new Place("mongo/FencedWriter.java", "transaction.passFence();"),
            "",
            FAULTS + "aWorkerThatWasOvertakenCommitsNothing",
            "expected: \"name of a\""));

    private ReverseMutants() {}
}
