package dev.changeover.router;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

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

        @Override
        public void shadowFailed(String route, Exception cause) {
            log.log(Level.WARNING, route + ": a read that MongoDB answers fails on PostgreSQL", cause);
        }

        @Override
        public void shadowDiffers(String route, @Nullable Object onMongo, @Nullable Object onPostgres) {
            log.log(Level.WARNING, "{0}: a read differs between MongoDB and PostgreSQL", route); // data is not logged
        }

        @Override
        public void rehearsalFailed(String route, Exception cause, boolean late) {
            log.log(Level.WARNING, route + ": a write that MongoDB takes fails on PostgreSQL", cause);
        }

        @Override
        public void rehearsalDiffers(String route, @Nullable Object rehearsed, @Nullable Object followed) {
            log.log(Level.WARNING, "{0}: a write leaves something else on PostgreSQL than on MongoDB", route);
        }
    };

    /** Calls that begin go by it from now on. */
    default void phaseMoved(Phase from, Phase to, long epoch) {}

    /** Asking failed, and is tried again; calls stop when the lease is over. */
    default void phaseUnknown(Exception cause) {}

    /** A write call ended well in which no command to MongoDB was seen, so nobody can wait for it. */
    default void writeUnseen() {}

    /** A read failed on PostgreSQL that MongoDB had answered. */
    default void shadowFailed(String route, Exception cause) {}

    /** A read was answered differently, three times, each time with PostgreSQL as far as MongoDB had been. */
    default void shadowDiffers(String route, @Nullable Object onMongo, @Nullable Object onPostgres) {}

    /**
     * A write that was tried on PostgreSQL failed there. {@code late}: the real write was under way, so PostgreSQL may have
     * had it already.
     */
    default void rehearsalFailed(String route, Exception cause, boolean late) {}

    /** What a write left on PostgreSQL when it was tried is not what came there from MongoDB. */
    default void rehearsalDiffers(String route, @Nullable Object rehearsed, @Nullable Object followed) {}
}
