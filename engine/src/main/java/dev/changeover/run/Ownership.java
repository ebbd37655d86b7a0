package dev.changeover.run;

import dev.changeover.FailedException;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import java.util.Optional;

/** What every run does around its work: it owns the target, says that it lives and how far it is, and what it failed with. */
final class Ownership {
    private final Pg target;
    private final RunSettings settings;
    private final Gauge gauge;

    Ownership(Pg target, RunSettings settings, Gauge gauge) {
        this.target = target;
        this.settings = settings;
        this.gauge = gauge;
    }

    /** What is done meanwhile. */
    interface Work {
        void with(State state, Owner owner) throws InterruptedException;
    }

    /** {@code source} is empty where nothing is followed. */
    Summary during(Optional<Mongo> source, Work work) throws InterruptedException {
        State state = State.open(target);
        try (Owner owner = state.own(settings.who())) {
            Heart heart = new Heart(source, state, owner, gauge);
            try (heart) {
                heart.start();
                if (settings.startOver()) {
                    state.tables().startOver(owner);
                }
                if (settings.limits().isPresent()) {
                    state.watch().limit(settings.limits().get());
                }
                work.with(state, owner);
                gauge.step(Step.COPIED);
                return Fill.summary(state, target);
            } catch (InterruptedException stopped) {
                throw heart.reasonOf(stopped);
            } catch (FailedException e) {
                state.follower().ended(owner, e);
                throw e;
            }
        }
    }
}
