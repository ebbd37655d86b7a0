package dev.changeover.router;

import dev.changeover.router.Counters.Kind;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The application's repository on both databases: each call goes to the one that the phase names, and waits while the phase
 * moves. A call within a call joins the outer one. Thread-safe if the repositories are.
 */
public final class Route<R> {
    private final Router router;
    private final R onMongo;
    private final R onPostgres;
    private final Manner manner;

    Route(Router router, R onMongo, R onPostgres, Manner manner) {
        this.router = router;
        this.onMongo = onMongo;
        this.onPostgres = onPostgres;
        this.manner = manner;
    }

    /** What does not return anything. */
    @FunctionalInterface
    public interface Action<R, X extends Exception> {
        void with(R repository) throws X;
    }

    /** The same for writes that may be done twice: one whose outcome is unknown is made again, on the same database. */
    public Route<R> idempotent() {
        return new Route<>(router, onMongo, onPostgres, manner.asIdempotent());
    }

    /** The same, called so in reports. */
    public Route<R> named(String name) {
        return new Route<>(router, onMongo, onPostgres, manner.named(name));
    }

    /** The same, but results of shadow reads and rehearsals are the same if {@code same} says so; else, if equal. */
    public Route<R> comparing(BiPredicate<@Nullable Object, @Nullable Object> same) {
        return new Route<>(router, onMongo, onPostgres, manner.comparing(same));
    }

    /** A write that returns nothing. */
    public <X extends Exception> void run(Action<? super R, X> action) throws X {
        Call<R, @Nullable Void, X> call = repository -> {
            action.with(repository);
            return null;
        };
        write(call);
    }

    /** @throws RouterException when it was not done, or only in part, or nobody knows */
    public <T extends @Nullable Object, X extends Exception> T write(Call<? super R, T, X> call) throws X {
        Call<R, @Nullable Void, X> nothing = repository -> null;
        return write(call, nothing);
    }

    /**
     * The same; where it is rehearsed, {@code look} reads what was written, in the rehearsal and of the real write, and both
     * are compared.
     */
    public <T extends @Nullable Object, L extends @Nullable Object, X extends Exception> T write(
            Call<? super R, T, X> call, Call<? super R, L, ?> look) throws X {
        Scope outer = Scope.current();
        if (outer != null) {
            return call.with(joined(outer, Scope.Kind.WRITE));
        }
        long begun = System.nanoTime();
        Deadline deadline = Deadline.in(router.settings().patience());
        Retry retry = new Retry(router, manner.idempotent(), deadline);
        while (true) {
            Era era = router.begin(deadline);
            Scope scope = new Scope(router, Scope.Kind.WRITE, era.phase().inCharge(), era.epoch());
            Exception failure;
            Verdict verdict;
            try {
                T result = router.trials().wantsRehearsal(era)
                        ? rehearsed(era, scope, call, look)
                        : done(era, scope, call);
                retry.succeeded();
                router.counters().write(era.phase(), System.nanoTime() - begun);
                return result;
            } catch (Exception e) {
                failure = e;
                verdict = retry.sort(e, scope);
                if (verdict == Verdict.THEIRS) {
                    router.note(era, scope);
                    throw e;
                }
            } finally {
                Gate.leave(era);
            }
            retry.before(verdict, failure, era, scope);
        }
    }

    private <T extends @Nullable Object, X extends Exception> T done(Era era, Scope scope, Call<? super R, T, X> call)
            throws X {
        T result = scope.run(() -> call.with(repository(scope.store())));
        router.written(era, scope);
        return result;
    }

    private <T extends @Nullable Object, L extends @Nullable Object, X extends Exception> T rehearsed(
            Era era, Scope scope, Call<? super R, T, X> call, Call<? super R, L, ?> look) throws X {
        Rehearsal<R, L> rehearsal = new Rehearsal<>(router, this, era, call, look);
        rehearsal.begin();
        T result = done(era, scope, call);
        rehearsal.compareWith(scope.time());
        return result;
    }

    /** @throws NotDoneException when nobody knows in time where to read */
    public <T extends @Nullable Object, X extends Exception> T read(Call<? super R, T, X> call) throws X {
        Scope outer = Scope.current();
        if (outer != null) {
            return call.with(joined(outer, Scope.Kind.READ));
        }
        long begun = System.nanoTime();
        Deadline deadline = Deadline.in(router.settings().patience());
        while (true) {
            Era era = router.begin(deadline);
            try {
                Scope scope = new Scope(router, Scope.Kind.READ, router.whereToRead(era), era.epoch());
                T result = readIn(scope, era, call);
                if (router.mayHandOut(era, scope.store(), deadline)) {
                    long took = System.nanoTime() - begun;
                    router.counters().read(era.phase(), took);
                    shadow(era, call, new Shadow.Answer<>(result, scope.time(), took));
                    return result;
                }
            } catch (Exception e) {
                if (e instanceof NotDoneException || router.gate().held(era, deadline)) {
                    throw e;
                }
            } finally {
                Gate.leave(era);
            }
            router.counters().add(Kind.REREADS);
        }
    }

    private <T extends @Nullable Object, X extends Exception> T readIn(Scope scope, Era era, Call<? super R, T, X> call)
            throws X {
        try {
            return scope.run(() -> call.with(repository(scope.store())));
        } finally {
            router.note(era, scope);
        }
    }

    private <T extends @Nullable Object, X extends Exception> void shadow(
            Era era, Call<? super R, T, X> call, Shadow.Answer<T> answer) {
        if (router.trials().wantsShadow(era)) {
            Shadow<R, T, X> shadow = new Shadow<>(router, this, era, call);
            Object unused = router.trials().start(() -> shadow.compare(answer));
        }
    }

    /** I9: one call goes by one era, so what is called within it goes where it goes. */
    private R joined(Scope outer, Scope.Kind kind) {
        if (kind == Scope.Kind.WRITE && outer.kind() == Scope.Kind.READ) {
            throw new IllegalStateException(
                    "a write within a read: a read may be made again, and the write with it. Make the outer call a write.");
        }
        if (!outer.isOf(router)) {
            throw new IllegalStateException(
                    "a call of one router within a call of another: they may be in different phases");
        }
        return repository(outer.store());
    }

    Manner manner() {
        return manner;
    }

    R repository(Store store) {
        return store == Store.POSTGRES ? onPostgres : onMongo;
    }
}
