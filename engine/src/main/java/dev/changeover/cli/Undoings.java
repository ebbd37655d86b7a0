package dev.changeover.cli;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.cutover.Undo;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.State;

/** Takes the place of a process that is gone, for as long as it takes to undo its cutover. */
final class Undoings {
    private Undoings() {}

    static StepOptions.Undoing of(Connections connections, Pg pg, State state) {
        return () -> undo(connections, pg, state);
    }

    private static void undo(Connections connections, Pg pg, State state) throws InterruptedException {
        if (connections.mongoIfGiven().isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    "undo the cutover",
                    "the process that does it is gone, and where MongoDB is was not given",
                    "Start changeover run again: it undoes what was begun before it goes on."));
        }
        Owner owner;
        try {
            owner = state.own(RunCommand.who());
        } catch (FailedException livesAfterAll) {
            return;
        }
        try (owner;
                Mongo mongo = Mongo.connect(connections.mongo())) {
            new Undo(new Ends(mongo, pg, state, owner, ClusterTime.ofBits(0))).whatIsLeft();
        }
    }
}
