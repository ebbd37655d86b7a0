package example;

import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.router.Figures;
import dev.changeover.router.MongoTimes;
import dev.changeover.router.Phase;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import java.util.function.ToDoubleFunction;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.autoconfigure.mongo.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Everything that the application has of the router. Once the migration is over, this file and RememberingFilter go. */
@Configuration
class Changeover {
    @Bean
    MongoClientSettingsBuilderCustomizer times() {
        return settings -> settings.addCommandListener(new MongoTimes());
    }

    @Bean
    HikariDataSource pool(DataSourceProperties properties) {
        return properties.initializeDataSourceBuilder().type(HikariDataSource.class).build();
    }

    @Bean(destroyMethod = "close")
    Router router(HikariDataSource pool) throws SQLException {
        return Router.builder(pool).start();
    }

    /** What JdbcTemplate, the transaction manager and JPA get: each writing transaction begins with the epoch's check. */
    @Bean
    @Primary
    DataSource dataSource(Router router, HikariDataSource pool) {
        return router.dataSource(pool);
    }

    @Bean
    Route<Accounts> accounts(Router router, MongoAccounts onMongo, PostgresAccounts onPostgres) {
        return router.<Accounts>route(onMongo, onPostgres).named("accounts");
    }

    @Bean
    MeterBinder figures(Router router) {
        return registry -> {
            for (Phase phase : Phase.values()) {
                count(registry, router, "reads." + phase.words(), f -> f.reads().get(phase).count());
                count(registry, router, "writes." + phase.words(), f -> f.writes().get(phase).count());
                Gauge.builder(
                                "changeover.writes." + phase.words() + ".p99.seconds",
                                router,
                                r -> r.figures().writes().get(phase).of99Percent().toNanos() / 1e9)
                        .register(registry);
            }
            count(registry, router, "fenced", Figures::fenced);
            count(registry, router, "fallbacks", Figures::fallbacks);
            count(registry, router, "cut.waits.in.vain", Figures::cutWaitsInVain);
            count(registry, router, "shadows.differing", f -> f.trials().shadowsDiffering());
            count(registry, router, "rehearsals.failed", f -> f.trials().rehearsalsFailed());
        };
    }

    private static void count(MeterRegistry registry, Router router, String name, ToDoubleFunction<Figures> figure) {
        FunctionCounter.builder("changeover." + name, router, r -> figure.applyAsDouble(r.figures()))
                .register(registry);
    }
}
