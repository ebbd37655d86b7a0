package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.Pg;
import dev.changeover.run.PlanHandover;
import dev.changeover.state.Backfills;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives a plan with additions to the run that follows, and tells how far it is with them. */
final class ApplyPlan {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final String NEXT_RUN = "the next changeover run takes it over";

    private final Output output;
    private final boolean json;

    ApplyPlan(Output output, boolean json) {
        this.output = output;
        this.json = json;
    }

    void apply(Pg pg, String file, boolean wait) throws InterruptedException {
        State state = Status.begun(
                pg, "apply the plan to", "Nothing is to be applied: changeover run begins with the file as it is.");
        List<String> added = new PlanHandover(pg, state).offer(file);
        if (!json) {
            added.forEach(line -> output.out().println("adds " + line));
        }
        if (added.isEmpty() && isFilled(state)) {
            end(added, true, "The run has this plan already. (New indexes are yours to make.)");
        } else if (!wait) {
            end(
                    added,
                    false,
                    alive(state) ? "The run takes it over within seconds." : "No run is at it: " + NEXT_RUN + ".");
        } else {
            await(state, added);
        }
    }

    private static boolean alive(State state) throws InterruptedException {
        return Status.read(state).map(Status::alive).orElse(false);
    }

    private static boolean isFilled(State state) throws InterruptedException {
        return !state.nextPlan().waits() && state.backfills().open().isEmpty();
    }

    private void await(State state, List<String> added) throws InterruptedException {
        LiveLines lines = new LiveLines(output);
        while (!isFilled(state)) {
            if (!alive(state)) {
                lines.draw(List.of());
                end(added, false, "No run is at it: " + NEXT_RUN + ", and goes on from here.");
                return;
            }
            if (!json) {
                lines.draw(progress(state));
            }
            Thread.sleep(PAUSE);
        }
        lines.draw(List.of());
        Optional<String> refused = state.nextPlan().texts().refused();
        if (refused.isPresent()) {
            throw new FailedException(new Failure.Refused(
                    "take over the changed plan",
                    refused.get(),
                    "The run goes on with the plan as it was. Change the file, and run this again."));
        }
        end(added, true, "Done: the columns are there and filled.");
    }

    private static List<String> progress(State state) throws InterruptedException {
        List<String> lines = new ArrayList<>();
        if (state.nextPlan().waits()) {
            lines.add("waits for the run to take it over");
        }
        for (Backfills.Open open : state.backfills().open()) {
            lines.add(FollowView.filling(open));
        }
        return lines;
    }

    private void end(List<String> added, boolean filled, String words) {
        output.out().println(json ? RunJson.applied(added, filled) : words);
        output.out().flush();
    }
}
