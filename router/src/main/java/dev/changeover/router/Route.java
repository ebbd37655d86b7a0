package dev.changeover.router;

import dev.changeover.router.Counters.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The application's repository on both databases: each call goes to the one that the phase names, and waits while the phase
 * moves. A call within a call joins the outer one. Thread-safe if the repositories are.
 */
public final class Route<R> {
    private final Router router;
    private final R onMongo;
    private final R onPostgres;
    private final boolean idempotent;

    Route(Router router, R onMongo, R onPostgres, boolean idempotent) {
        this.router = router;
        this.onMongo = onMongo;
        this.onPostgres = onPostgres;
        this.idempotent = idempotent;
    }

    /** What does not return anything. */
    @FunctionalInterface
    public interface Action<R, X extends Exception> {
        void with(R repository) throws X;
    }

    /** The same for writes that may be done twice: one whose outcome is unknown is made again, on the same database. */
    public Route<R> idempotent() {
        return new Route<>(router, onMongo, onPostgres, true);
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
        Scope outer = Scope.current();
        if (outer != null) {
            return call.with(joined(outer, Scope.Kind.WRITE));
        }
        Deadline deadline = Deadline.in(router.settings().patience());
        Retry retry = new Retry(router, idempotent, deadline);
        while (true) {
            Era era = router.begin(deadline);
            Scope scope = new Scope(router, Scope.Kind.WRITE, era.phase().inCharge(), era.epoch());
            Exception failure;
            Verdict verdict;
            scope.bind();
            try {
                T result = call.with(repository(scope.store()));
                router.written(era, scope);
                return result;
            } catch (Exception e) {
                failure = e;
                verdict = retry.sort(e, scope);
                if (verdict == Verdict.THEIRS) {
                    router.note(era, scope);
                    throw e;
                }
            } finally {
                Scope.unbind();
                Gate.leave(era);
            }
            retry.before(verdict, failure, era, scope);
        }
    }

    /** @throws NotDoneException when nobody knows in time where to read */
    public <T extends @Nullable Object, X extends Exception> T read(Call<? super R, T, X> call) throws X {
        Scope outer = Scope.current();
        if (outer != null) {
            return call.with(joined(outer, Scope.Kind.READ));
        }
        Deadline deadline = Deadline.in(router.settings().patience());
        while (true) {
            Era era = router.begin(deadline);
            try {
                Store store = router.whereToRead(era);
                T result = readOn(store, era, call);
                if (router.mayHandOut(era, store, deadline)) {
                    router.counters().read(era.phase());
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

    private <T extends @Nullable Object, X extends Exception> T readOn(Store store, Era era, Call<? super R, T, X> call)
            throws X {
        Scope scope = new Scope(router, Scope.Kind.READ, store, era.epoch());
        scope.bind();
        try {
            return call.with(repository(store));
        } finally {
            Scope.unbind();
            router.note(era, scope);
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

    private R repository(Store store) {
        return store == Store.POSTGRES ? onPostgres : onMongo;
    }
}
