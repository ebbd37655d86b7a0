package dev.changeover.router;

import dev.changeover.router.Counters.Kind;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A write of MongoDB's that is made on PostgreSQL too, before PostgreSQL has it, in a transaction that is rolled back. {@code
 * look} reads what was written: in that transaction, and again when PostgreSQL has the real write.
 */
final class Rehearsal<R, L extends @Nullable Object> {
    private final Router router;
    private final Route<R> route;
    private final Era era;
    private final Call<? super R, ?, ?> write;
    private final Call<? super R, L, ?> look;
    private @Nullable FutureTask<Outcome<L>> trial;
    private volatile boolean late;

    Rehearsal(Router router, Route<R> route, Era era, Call<? super R, ?, ?> write, Call<? super R, L, ?> look) {
        this.router = router;
        this.route = route;
        this.era = era;
        this.write = write;
        this.look = look;
    }

    /** What {@code look} saw, if there was something to see. */
    private record Outcome<L extends @Nullable Object>(
            boolean isSeen, @Nullable L seen) {}

    /** Begins it and holds the real write until it has ended, but not for long. */
    void begin() {
        trial = router.trials().start(this::rehearse);
        if (trial == null) {
            return;
        }
        try {
            Outcome<L> unused = trial.get(router.trials().settings().hold().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            late = true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            late = true;
        }
    }

    private Outcome<L> rehearse() {
        Scope scope = new Scope(router, Scope.Kind.REHEARSAL, Store.POSTGRES, era.epoch());
        try (Stage stage = scope.stage(router.trials().settings().patience())) {
            Outcome<L> outcome = scope.run(() -> write(route.repository(Store.POSTGRES)));
            router.counters().add(Kind.REHEARSALS_WELL);
            return outcome;
        } catch (Exception e) {
            router.counters().add(Kind.REHEARSALS_FAILED);
            router.listener().rehearsalFailed(route.manner().name(), e, late);
            return new Outcome<>(false, null);
        }
    }

    /** One that opened a transaction of its own is told at its commit that it was a rehearsal, and has left nothing. */
    private Outcome<L> write(R onPostgres) throws Exception {
        try {
            write.with(onPostgres);
            return new Outcome<>(true, look.with(onPostgres));
        } catch (Exception e) {
            if (Chain.of(e).anyMatch(cause -> SqlFailures.hasState(cause, SqlFailures.REHEARSED))) {
                return new Outcome<>(false, null);
            }
            throw e;
        }
    }

    /** The real write was made at that time: when PostgreSQL has it, its rows are compared with the rehearsal's. */
    void compareWith(long time) {
        FutureTask<Outcome<L>> begun = trial;
        if (begun != null) {
            Object unused = router.trials().start(() -> compare(begun, time));
        }
    }

    private @Nullable Void compare(FutureTask<Outcome<L>> begun, long time) throws Exception {
        Outcome<L> rehearsed = begun.get();
        if (!rehearsed.isSeen() || !router.cuts().await(time, router.settings().cutPatience())) {
            return null;
        }
        Scope scope = new Scope(router, Scope.Kind.READ, Store.POSTGRES, era.epoch());
        L followed = scope.run(() -> look.with(route.repository(Store.POSTGRES)));
        if (!route.manner().isSame(rehearsed.seen(), followed)) {
            router.counters().add(Kind.REHEARSALS_DIFFERING);
            router.listener().rehearsalDiffers(route.manner().name(), rehearsed.seen(), followed);
        }
        return null;
    }
}
