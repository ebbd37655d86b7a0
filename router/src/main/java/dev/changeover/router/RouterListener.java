package dev.changeover.router;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Hears what an operator should know of; called on whatever thread it happens on, and must not take long. */
public interface RouterListener {
    /** Writes it to the platform's logger {@code dev.changeover.router}. */
    RouterListener LOGGING = new RouterListener() {
        private final Logger log = System.getLogger("dev.changeover.router");

        @Override
        public void phaseMoved(Phase from, Phase to, long epoch) {
            log.log(Level.INFO, "the phase moved from {0} to {1}, epoch {2}", from.words(), to.words(), epoch);
        }

        @Override
        public void phaseUnknown(Exception cause) {
            log.log(Level.WARNING, "cannot ask PostgreSQL what the phase is", cause);
        }

        @Override
        public void writeUnseen() {
            log.log(
                    Level.WARNING,
                    "a write finished on MongoDB and nothing was seen of it: add the router's MongoTimes to"
                            + " the MongoClientSettings as a command listener, and write on the thread that calls");
        }
    };

    /** Calls that begin go by it from now on. */
    default void phaseMoved(Phase from, Phase to, long epoch) {}

    /** Asking failed, and is tried again; calls stop when the lease is over. */
    default void phaseUnknown(Exception cause) {}

    /** A write call ended well in which no command to MongoDB was seen, so nobody can wait for it. */
    default void writeUnseen() {}
}
