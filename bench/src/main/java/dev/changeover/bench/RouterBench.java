package dev.changeover.bench;

import dev.changeover.Phase;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import dev.changeover.router.RouterListener;
import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import dev.changeover.state.Phases;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * What the router itself costs a call while the phase does not move: the repositories do nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouterBench {
    private static final String DATABASE = "bench";

    /** The words of {@link Phase}. */
    @Param({"mongo", "pg-reads", "postgres"})
    public String phase = "mongo";

    @SuppressWarnings("NullAway.Init") // set before each trial
    private Servers servers;

    @SuppressWarnings("NullAway.Init") // set before each trial
    private Router router;

    @SuppressWarnings("NullAway.Init") // set before each trial
    private Route<Integer> route;

    /** Starts servers of its own, and moves the phase. */
    @Setup
    public void begin() throws InterruptedException, SQLException {
        servers = Servers.start(ServerSettings.SMALL, line -> {});
        servers.createPostgresDatabase(DATABASE);
        String uri = servers.postgresUri(DATABASE);
        try (Pg pg = Pg.connect(uri, PgSettings.FEW)) {
            Phases phases = dev.changeover.state.State.open(pg).phases();
            for (Phase next : Phase.values()) {
                Phases.Now now = phases.now();
                if (!now.phase().words().equals(phase) && next != Phase.MONGO) {
                    phases.end(phases.begin(now, next, "bench", List.of()));
                }
            }
        }
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(Databases.jdbc(uri));
        router = Router.builder(source).listener(new RouterListener() {}).start();
        if (!router.phase().words().equals(phase)) {
            throw new IllegalStateException("the phase is " + router.phase());
        }
        route = router.route(1, 2);
    }

    /** Ends them. */
    @TearDown
    public void end() {
        router.close();
        servers.close();
    }

    @Benchmark
    public int read() {
        return route.<Integer, RuntimeException>read(repository -> repository);
    }

    @Benchmark
    public int write() {
        return route.<Integer, RuntimeException>write(repository -> repository);
    }
}
