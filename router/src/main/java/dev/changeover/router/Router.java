package dev.changeover.router;

import dev.changeover.router.Counters.Kind;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * One instance of the application, as the migration sees it: it knows the phase, tells that it is there, and sends each call
 * to the right database. One for each process; thread-safe.
 */
public final class Router implements AutoCloseable {
    private final Gate gate;
    private final Counters counters = new Counters();
    private final AtomicBoolean unseenTold = new AtomicBoolean();
    private final RouterSettings settings;
    private final RouterListener listener;
    private final Cuts cuts;
    private final Leaseholder leaseholder;
    private final Trials trials;

    private Router(Builder builder) {
        settings = builder.settings;
        listener = builder.listener;
        gate = new Gate(settings.lostLease() == RouterSettings.LostLease.STAY_ON_MONGO);
        // A silent server costs a third of the lease, so that there is time to ask again.
        Connections connections =
                new Connections(builder.postgres, settings.lease().dividedBy(3).plus(Duration.ofMillis(500)));
        cuts = new Cuts(connections);
        leaseholder = new Leaseholder(connections, gate, builder.name, settings.lease(), new Forgetting());
        trials = new Trials(builder.trials, this);
    }

    /** {@code postgres} gives connections to the database that Changeover fills; the router keeps one of them, or two. */
    public static Builder builder(DataSource postgres) {
        return new Builder(postgres);
    }

    /** What a router is made of. */
    public static final class Builder {
        private final DataSource postgres;
        private String name = ManagementFactory.getRuntimeMXBean().getName() + "-" + UUID.randomUUID();
        private RouterSettings settings = RouterSettings.DEFAULT;
        private TrialSettings trials = TrialSettings.NONE;
        private RouterListener listener = RouterListener.LOGGING;

        private Builder(DataSource postgres) {
            this.postgres = postgres;
        }

        /** How the table changeover.instance calls this instance; no two that live at once may have the same. */
        public Builder name(String unique) {
            name = unique;
            return this;
        }

        public Builder settings(RouterSettings chosen) {
            settings = chosen;
            return this;
        }

        /** What phase both tries on PostgreSQL beside the calls. */
        public Builder trials(TrialSettings chosen) {
            trials = chosen;
            return this;
        }

        public Builder listener(RouterListener chosen) {
            listener = chosen;
            return this;
        }

        /** Asks what the phase is and gets a lease; fails where the schema changeover is not there or must not be used. */
        public Router start() throws SQLException {
            Router router = new Router(this);
            router.leaseholder.start();
            router.cuts.start();
            return router;
        }
    }

    /** Another server may answer next: what the one before had is forgotten. */
    private final class Forgetting implements RouterListener {
        @Override
        public void phaseMoved(Phase from, Phase to, long epoch) {
            listener.phaseMoved(from, to, epoch);
        }

        @Override
        public void phaseUnknown(Exception cause) {
            cuts.forget();
            listener.phaseUnknown(cause);
        }
    }

    /** The application's repository, once on each database. */
    public <R> Route<R> route(R onMongo, R onPostgres) {
        Manner manner = new Manner(onPostgres.getClass().getSimpleName(), false, Objects::deepEquals);
        return new Route<>(this, onMongo, onPostgres, manner);
    }

    /**
     * First in every transaction of a write on PostgreSQL: it fails when PostgreSQL is not in charge, and the router makes
     * the call again where it belongs. Without effect outside of writes. {@link #dataSource} calls it by itself.
     */
    public void beginWrite(Connection connection) throws SQLException {
        Scope scope = Scope.current();
        if (scope == null || !scope.isOf(this) || scope.kind() == Scope.Kind.READ) {
            return;
        }
        if (scope.kind() == Scope.Kind.REHEARSAL) {
            PhaseTable.beginRehearsal(connection);
            return;
        }
        try {
            PhaseTable.beginWrite(connection, scope.epoch());
        } catch (SQLException e) {
            if (SqlFailures.isRefusal(e)) {
                throw new NotBegunException(e);
            }
            throw e;
        }
    }

    /** The same connections, on which every transaction of a write begins as {@link #beginWrite} says. */
    public DataSource dataSource(DataSource source) {
        return new FencedDataSource(this, source);
    }

    /** The phase that calls begin by now. */
    public Phase phase() {
        Era era = gate.newest();
        return era == null ? Phase.MONGO : era.phase();
    }

    /** What calls came to so far. */
    public Figures figures() {
        return counters.figures();
    }

    /** Begins no call any more, waits for those under way as long as settings' patience, and gives the lease back. */
    @Override
    public void close() {
        trials.close();
        boolean ended = gate.close(Deadline.in(settings.patience()));
        cuts.close();
        try {
            if (ended) {
                leaseholder.endLease();
            } else {
                leaseholder.close(); // the phase waits until the lease is over: there are calls yet
            }
        } catch (SQLException e) {
            listener.phaseUnknown(e); // the lease ends by itself
        }
    }

    Gate gate() {
        return gate;
    }

    Counters counters() {
        return counters;
    }

    RouterListener listener() {
        return listener;
    }

    Trials trials() {
        return trials;
    }

    Cuts cuts() {
        return cuts;
    }

    RouterSettings settings() {
        return settings;
    }

    /** Begins a call of this thread; one whose caller has seen a later epoch asks for it first. */
    Era begin(Deadline deadline) {
        Era era = gate.enter(deadline);
        if (Causality.current().token().epoch() <= era.epoch()) {
            return era;
        }
        Gate.leave(era);
        boolean unused = askIfPossible();
        return gate.enter(deadline);
    }

    /** A write has succeeded; in the phases that say so it is answered only when PostgreSQL has it. */
    void written(Era era, Scope scope) {
        note(era, scope);
        if (scope.store() == Store.POSTGRES) {
            return;
        }
        if (scope.time() == 0) {
            counters.add(Kind.UNSEEN);
            if (unseenTold.compareAndSet(false, true)) {
                listener.writeUnseen();
            }
        } else if (era.phase().waitsForCut()) {
            boolean unused = awaitCut(scope.time());
        }
    }

    /** What the caller must find again. */
    void note(Era era, Scope scope) {
        Causality.current().note(new Token(era.epoch(), scope.time()));
    }

    private boolean awaitCut(long time) {
        counters.add(Kind.CUT_WAITS);
        boolean there = gate.hasLease() && cuts.await(time, settings.cutPatience());
        if (!there) {
            counters.add(Kind.CUT_WAITS_IN_VAIN);
        }
        return there;
    }

    /** I11: PostgreSQL answers only what has all that the caller has seen. */
    Store whereToRead(Era era) {
        if (era.phase() != Phase.PG_READS) {
            return era.phase().inCharge();
        }
        long time = Causality.current().token().time();
        if (gate.hasLease() && (time == 0 || awaitCut(time))) {
            return Store.POSTGRES;
        }
        counters.add(Kind.FALLBACKS);
        return Store.MONGO;
    }

    /** Whether what was read is not older than what another instance may have been answered meanwhile. */
    boolean mayHandOut(Era era, Store store, Deadline deadline) {
        boolean fellBack = store == Store.MONGO && era.phase() == Phase.PG_READS && gate.hasLease();
        return (!fellBack || askIfPossible() && isNewest(era)) && gate.held(era, deadline);
    }

    boolean isNewest(Era era) {
        return era == gate.newest();
    }

    /** Whether the phase that is known is now not older than this call. */
    boolean askIfPossible() {
        try {
            leaseholder.askNow();
            return true;
        } catch (SQLException e) {
            return false; // whoever needs it waits for the leaseholder, which goes on asking
        }
    }
}
