package dev.changeover.mutants;

import dev.changeover.mutants.Mutant.Place;
import java.util.List;

/** What breaks the end of a migration. */
final class RetireMutants {
    private static final String TEST = "dev.changeover.cli.RetireServerTest#";

    static final List<Mutant> ALL = List.of(
            new Mutant(
                    "retire: strangers are not looked for",
                    "nobody's write to MongoDB is given up unseen",
                    new Place("finish/Retirement.java", "if (seen.first().isPresent()) {"),
                    "if (false) {",
                    TEST + "whoWroteToMongoSinceTheCutoverIsFoundInTheOplog",
                    "NO  writers"),
            new Mutant(
                    "retire: in several transactions",
                    "whoever is killed has done nothing or everything",
                    new Place("state/State.java", "before.forEach(tx::execute);"),
                    "pg.outsideTransaction(\"retire\", before);",
                    TEST + "eachThingThatSpeaksAgainstItIsToldAndNothingIsTouched",
                    "all or nothing"),
            new Mutant(
                    "retire: new rows must still have a mongo_id",
                    "the application goes on writing",
                    new Place("finish/Retirement.java", "ALTER COLUMN mongo_id DROP NOT NULL"),
                    "ALTER COLUMN mongo_id SET NOT NULL",
                    TEST + "theApplicationGoesOnWritingAndNothingOfChangeoverIsLeft",
                    "mongo_id"));

    private RetireMutants() {}
}
