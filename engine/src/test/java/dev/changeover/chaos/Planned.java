package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Pg;
import dev.changeover.run.Survey;
import dev.changeover.verify.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The plan that the planner makes of a source, in a file. */
record Planned(Plan plan, Path file) {
    /** Of the database that {@code mongoUri} names. */
    static Planned of(String mongoUri, Path folder) throws IOException, InterruptedException {
        try (Mongo mongo = Mongo.connect(mongoUri)) {
            Survey.Found found = new Survey(mongo, new Survey.Settings(500, 1, namespace -> true)).read(progress -> {});
            Plan plan = new Planner(Survey.references(mongo), "public")
                    .plan(found.sources(), found.notAsked(), Optional.empty())
                    .plan();
            Path file = folder.resolve("changeover.yaml");
            Files.writeString(file, PlanFile.write(plan));
            return new Planned(plan, file);
        }
    }

    /** The arguments of a run by it. */
    String[] run(String mongo, String postgres, String... others) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--plan", file.toString(), "--mongo", mongo, "--pg", postgres));
        arguments.addAll(List.of(others));
        return arguments.toArray(String[]::new);
    }

    /** Between the documents of all collections and their rows; the source must be still. */
    List<String> differences(String mongoUri, Pg pg) throws InterruptedException {
        List<String> differences = new ArrayList<>();
        try (Mongo mongo = Mongo.connect(mongoUri)) {
            for (CollectionPlan collection : plan.collections()) {
                Comparison.Result result = new Comparison(mongo, pg).compare(collection, mongo.note("compare"));
                assertThat(result.documents()).as("%s", collection.namespace()).isPositive();
                result.examples().forEach(example -> differences.add(collection.namespace() + ": " + example));
            }
        }
        return differences;
    }
}
