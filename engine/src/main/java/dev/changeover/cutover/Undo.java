package dev.changeover.cutover;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Ends;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives up a cutover that has not moved: MongoDB stays in charge, and takes writes again. Confined to one thread. */
public final class Undo {
    private static final Logger LOG = LoggerFactory.getLogger(Undo.class);

    private final Ends ends;

    public Undo(Ends ends) {
        this.ends = ends;
    }

    /**
     * What a process that was killed has left, and what it was only asked for: nobody wants a cutover hours later by surprise.
     * Whoever owns the target calls it before anything else.
     */
    public void whatIsLeft() throws InterruptedException {
        Optional<Cutovers.Row> last = ends.state().cutovers().last();
        if (last.isPresent() && !last.get().stage().isOver()) {
            boolean unused = undo(last.get(), "the process that was to do it was ended");
        }
        goOn();
    }

    /** False when it has moved after all. */
    private boolean undo(Cutovers.Row row, RuntimeException why) throws InterruptedException {
        return undo(row, told(why));
    }

    /** What failed, and what a person can do. */
    static String told(RuntimeException why) {
        String remedy = why instanceof FailedException failed && failed.failure() instanceof Failure.Refused refused
                ? ". " + refused.remedy()
                : "";
        return why.getMessage() + remedy;
    }

    /** False when it has moved after all. */
    private boolean undo(Cutovers.Row row, String reason) throws InterruptedException {
        boolean undone = ends.target().until(() -> ends.state().cutovers().undo(ends.owner(), row.number(), reason));
        goOn();
        return undone;
    }

    /** Writes go on where they are to go on, and who waits for that can see it. */
    private void goOn() throws InterruptedException {
        lowerIfNotInCharge();
        ends.state().cutovers().pausedUntilNow(ends.owner());
    }

    /** The steps of a change; true when it has moved. */
    interface Steps {
        boolean run() throws InterruptedException;
    }

    /** Undoes what fails, whatever it fails with; true when it has moved. An interruption goes on after the undoing. */
    boolean unlessItMoves(Cutovers.Row asked, Steps steps) throws InterruptedException {
        try {
            return steps.run();
        } catch (InterruptedException stop) {
            boolean unused = Thread.interrupted(); // else it would end the undoing, too
            boolean undone = undo(asked, "the process was told to stop");
            LOG.atInfo().addKeyValue("undone", undone).log("stopped amid a cutover");
            throw stop;
        } catch (RuntimeException e) {
            LOG.atWarn().setCause(e).log("the cutover failed");
            return !undo(asked, e);
        }
    }

    /** The fence stays only while PostgreSQL is in charge (I9). */
    void lowerIfNotInCharge() throws InterruptedException {
        boolean fence = ends.state().cutovers().last().map(Cutovers.Row::fence).orElse(false);
        if (!fence || ends.state().phases().now().phase() == Phase.POSTGRES) {
            return;
        }
        ends.target().until(() -> {
            ends.source().fence().lower();
            return fence;
        });
        ends.state().cutovers().lowered(ends.owner());
        LOG.atInfo().log("MongoDB takes writes again");
    }
}
