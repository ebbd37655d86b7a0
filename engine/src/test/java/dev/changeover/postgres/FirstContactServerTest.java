package dev.changeover.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.servers.MortalPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class FirstContactServerTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void aServerThatRecoversIsWaitedForAndOneThatStaysSoIsUnreachable()
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        try (MortalPostgres postgres = MortalPostgres.start()) {
            postgres.recover();
            String uri = postgres.uri("postgres");
            FailedException e =
                    catchThrowableOfType(FailedException.class, () -> Pg.connect(uri, PgSettings.FEW, SHORT));
            assertThat(e.failure())
                    .isInstanceOfSatisfying(
                            Failure.Unreachable.class,
                            gone -> assertThat(gone.remedy()).contains("when it takes connections", "primary"));

            FutureTask<Pg> connecting = new FutureTask<>(() -> Pg.connect(uri, PgSettings.FEW));
            Thread.ofPlatform().start(connecting);
            Assertions.assertThatThrownBy(() -> connecting.get(SHORT.toMillis(), TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            postgres.recovered();
            try (Pg pg = connecting.get(30, TimeUnit.SECONDS)) {
                assertThat(pg.facts().readOnly()).isFalse();
            }
        }
    }
}
