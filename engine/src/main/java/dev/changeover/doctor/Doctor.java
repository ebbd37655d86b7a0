package dev.changeover.doctor;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.mongo.Mongo;
import dev.changeover.mongo.ServerFacts;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgFacts;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.PostgresFacts;
import dev.changeover.source.CollectionFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at both ends and says whether they can do it. The package's door. */
public final class Doctor {
    private Doctor() {}

    /** What was seen of one end, or why nothing was. */
    sealed interface Seen<T> {
        record It<T>(T facts) implements Seen<T> {}

        record Nothing<T>(Failure failure) implements Seen<T> {}
    }

    record Source(ServerFacts server, List<CollectionFacts> collections) {
        Source {
            collections = List.copyOf(collections);
        }

        long bytes() {
            return collections.stream().mapToLong(CollectionFacts::bytes).sum();
        }

        long documents() {
            return collections.stream().mapToLong(CollectionFacts::documents).sum();
        }
    }

    record Target(PgFacts server, PostgresFacts around) {}

    /** Asks both ends. An end that cannot be reached is a finding, not an exception; a wrong URI is one. */
    public static Diagnosis examine(String mongoUri, String pgUri) throws InterruptedException {
        return judge(source(mongoUri), target(pgUri));
    }

    private static Seen<Source> source(String uri) {
        try (Mongo mongo = Mongo.connect(uri)) {
            return new Seen.It<>(new Source(mongo.facts(), mongo.collections()));
        } catch (FailedException e) {
            return new Seen.Nothing<>(unlessWrongUse(e));
        }
    }

    private static Seen<Target> target(String uri) throws InterruptedException {
        try (Pg pg = Pg.connect(uri, PgSettings.FEW)) {
            return new Seen.It<>(new Target(pg.facts(), PostgresFacts.of(pg)));
        } catch (FailedException e) {
            return new Seen.Nothing<>(unlessWrongUse(e));
        }
    }

    /** A URI that is none says nothing of a database: that is for the person who wrote it. */
    private static Failure unlessWrongUse(FailedException e) {
        if (e.failure() instanceof Failure.WrongUse) {
            throw e;
        }
        return e.failure();
    }

    /** From facts to findings; asks nobody. */
    static Diagnosis judge(Seen<Source> source, Seen<Target> target) {
        List<Check> checks = new ArrayList<>();
        checks.addAll(
                switch (source) {
                    case Seen.It<Source> it -> new MongoChecks(it.facts()).all();
                    case Seen.Nothing<Source> nothing -> List.of(unseen(Check.Area.MONGODB, nothing.failure()));
                });
        checks.addAll(
                switch (target) {
                    case Seen.It<Target> it -> new PostgresChecks(it.facts()).all();
                    case Seen.Nothing<Target> nothing -> List.of(unseen(Check.Area.POSTGRESQL, nothing.failure()));
                });
        if (source instanceof Seen.It<Source>(Source from) && target instanceof Seen.It<Target>(Target to)) {
            checks.addAll(new TogetherChecks(from, to).all());
        }
        Optional<SourceAdvice> advice = advice(source);
        advice.ifPresent(one -> checks.add(place(checks), check(one)));
        return new Diagnosis(checks, reached(source) && reached(target), advice);
    }

    /** Which source to take; empty where MongoDB gave no answer. */
    private static Optional<SourceAdvice> advice(Seen<Source> source) {
        return switch (source) {
            case Seen.It<Source>(Source it) -> Optional.of(SourceAdvice.of(it.server(), it.collections()));
            case Seen.Nothing<Source>(Failure.Refused refused) ->
                Optional.of(SourceAdvice.withoutRights(refused.reason()));
            case Seen.Nothing<Source> nothing -> Optional.empty();
        };
    }

    /** The last of MongoDB's. */
    private static int place(List<Check> checks) {
        return (int)
                checks.stream().filter(one -> one.area() == Check.Area.MONGODB).count();
    }

    private static Check check(SourceAdvice advice) {
        String name = "source";
        return advice.way() == SourceAdvice.Way.FOLLOW
                ? Check.ok(Check.Area.MONGODB, name, advice.finding())
                : Check.warn(Check.Area.MONGODB, name, advice.finding(), advice.remedy());
    }

    private static boolean reached(Seen<?> seen) {
        return switch (seen) {
            case Seen.It<?> it -> true;
            case Seen.Nothing<?> nothing ->
                switch (nothing.failure()) {
                    case Failure.Transient gone -> false;
                    case Failure.Unreachable gone -> false;
                    case Failure.WrongUse wrong -> true;
                    case Failure.Refused refused -> true;
                    case Failure.Broken broken -> true;
                };
        };
    }

    private static Check unseen(Check.Area area, Failure failure) {
        String remedy = switch (failure) {
            case Failure.Transient again -> "Run doctor again when it is over.";
            case Failure.Unreachable gone -> gone.remedy();
            case Failure.WrongUse wrong -> wrong.remedy();
            case Failure.Refused refused -> refused.remedy();
            case Failure.Broken broken -> "Please report this.";
        };
        return Check.fail(area, "reachable", failure.during() + ": " + failure.reason(), remedy);
    }
}
