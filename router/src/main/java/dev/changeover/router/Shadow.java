package dev.changeover.router;

import dev.changeover.router.Counters.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A read that MongoDB has answered, made again on PostgreSQL and compared. PostgreSQL can only be asked for what it has now,
 * so what differs is read anew on both sides: only a difference that stays is one. Confined to one thread.
 */
final class Shadow<R, T extends @Nullable Object, X extends Exception> {
    private static final int TRIES_MOST = 3;

    private final Router router;
    private final Route<R> route;
    private final Era era;
    private final Call<? super R, T, X> call;

    Shadow(Router router, Route<R> route, Era era, Call<? super R, T, X> call) {
        this.router = router;
        this.route = route;
        this.era = era;
        this.call = call;
    }

    /** What a store answered, and its operationTime. */
    record Answer<T extends @Nullable Object>(T value, long time, long nanos) {}

    @Nullable
    Void compare(Answer<T> given) {
        try {
            Answer<T> onMongo = given;
            for (int tries = 1; router.isNewest(era); tries++) {
                if (!router.cuts().await(onMongo.time(), router.settings().cutPatience())) {
                    router.counters().add(Kind.SHADOWS_LATE);
                    return null;
                }
                Answer<T> onPostgres = ask(Store.POSTGRES);
                if (route.manner().isSame(onMongo.value(), onPostgres.value())) {
                    router.counters().add(Kind.SHADOWS_SAME);
                    router.counters().shadow(onMongo.nanos(), onPostgres.nanos());
                    return null;
                }
                if (tries == TRIES_MOST) {
                    router.counters().add(Kind.SHADOWS_DIFFERING);
                    router.listener().shadowDiffers(route.manner().name(), onMongo.value(), onPostgres.value());
                    return null;
                }
                onMongo = ask(Store.MONGO);
            }
        } catch (Exception e) {
            router.counters().add(Kind.SHADOWS_FAILED);
            router.listener().shadowFailed(route.manner().name(), e);
        }
        return null;
    }

    private Answer<T> ask(Store store) throws X {
        Scope scope = new Scope(router, Scope.Kind.READ, store, era.epoch());
        long begun = System.nanoTime();
        T value = scope.run(() -> call.with(route.repository(store)));
        return new Answer<>(value, scope.time(), System.nanoTime() - begun);
    }
}
