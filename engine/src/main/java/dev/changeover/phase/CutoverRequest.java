package dev.changeover.phase;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Cutovers.Stage;
import dev.changeover.state.State;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Has the process that follows change the database in charge, and watches it. Confined to one thread. */
final class CutoverRequest {
    private final State state;
    private final Steps.Settings settings;
    private final Steps.Outside outside;

    CutoverRequest(State state, Steps.Settings settings, Steps.Outside outside) {
        this.state = state;
        this.settings = settings;
        this.outside = outside;
    }

    /** Returns when it has moved, and fails with the reason when it was undone. */
    void perform(Phase to, List<String> overridden) throws InterruptedException {
        Cutovers.Row end = await(ask(to, overridden, false));
        if (end.stage() != Stage.MOVED) {
            throw new FailedException(new Failure.Refused(
                    "move the phase to " + to.words(),
                    "nothing has changed: " + end.reason().orElse("it was undone"),
                    "When that is mended, give the same command again."));
        }
        end.pause().ifPresent(pause -> outside.tell("writes waited for " + pause.toMillis() + " ms"));
    }

    /** How long writes would wait, all but the fence and the change itself being done. */
    Duration rehearse(Phase to, List<String> overridden) throws InterruptedException {
        Cutovers.Row end = await(ask(to, overridden, true));
        return end.pause()
                .orElseThrow(() -> new FailedException(new Failure.Refused(
                        "rehearse the move to " + to.words(),
                        end.reason().orElse("it was undone"),
                        "When that is mended, rehearse again.")));
    }

    private long ask(Phase to, List<String> overridden, boolean rehearsal) throws InterruptedException {
        return state.cutovers()
                .ask(new Cutovers.Wish(
                        to, settings.who(), overridden, settings.budget(), settings.unfenced(), rehearsal));
    }

    private Cutovers.Row await(long number) throws InterruptedException {
        Optional<Stage> told = Optional.empty();
        boolean named = false;
        while (true) {
            Cutovers.Row now = state.cutovers().last().orElseThrow();
            if (now.number() != number) {
                throw new FailedException(new Failure.Refused(
                        "watch the cutover", "another was asked for meanwhile", "Look at it: changeover phase"));
            }
            if (!named && !now.met().isEmpty()) {
                named = true;
                now.met().forEach(outside::tell);
            }
            if (now.stage().isOver() && (isComplete(now) || !isAlive())) {
                return now;
            }
            if (!told.equals(Optional.of(now.stage()))) {
                told = Optional.of(now.stage());
                outside.tell(words(now.stage()));
            }
            if (!isAlive()) {
                outside.tell("the process that does it gives no sign of life");
                outside.undo(); // refused while it lives after all
            }
            outside.pause();
        }
    }

    /** Writes go on where they are to go on. */
    private static boolean isComplete(Cutovers.Row over) {
        return over.stage() == Stage.MOVED
                ? over.pause().isPresent()
                : !over.fence() || over.wish().to() != Phase.POSTGRES;
    }

    private boolean isAlive() throws InterruptedException {
        return state.watch().beat().filter(Watch.Beat::isAlive).isPresent();
    }

    private static String words(Stage stage) {
        return switch (stage) {
            case ASKED -> "waits for the process that follows";
            case PREPARING -> "prepares; writes go on";
            case FENCING -> "writes wait from now on";
            case DRAINING -> "brings what is left";
            case MOVED -> "moved";
            case UNDONE -> "undone";
        };
    }
}
