package dev.changeover.follow;

import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Pg;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Survey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A source that has been surveyed, planned and copied, so that it can be followed. */
final class Copied {
    private Copied() {}

    /** The plan is the planner's with {@code choice} made in it. */
    static Plan from(Mongo mongo, Pg pg, UnaryOperator<Plan> choice) throws InterruptedException {
        Survey.Found found = new Survey(mongo, new Survey.Settings(100, 1, namespace -> true)).read(progress -> {});
        Plan plan = choice.apply(new Planner(Survey.references(mongo), "public")
                .plan(found.sources(), found.notAsked(), Optional.empty())
                .plan());
        CopySettings copy = new CopySettings(2, 1 << 20, Duration.ofSeconds(20), 256L << 20);
        RunSettings settings = new RunSettings(copy, false, false, Optional.empty(), "test");
        new Run(mongo, pg, settings, Station.Listener.NONE).untilCopied("test", PlanFile.write(plan));
        return plan;
    }
}
