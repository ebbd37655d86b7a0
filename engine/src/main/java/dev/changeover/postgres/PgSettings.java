package dev.changeover.postgres;

import java.time.Duration;

/** How many connections may be open at once, and for how long a passing failure is tried again. */
public record PgSettings(int connections, Duration patience) {
    public static final PgSettings FEW = new PgSettings(4, Duration.ofSeconds(20));

    public PgSettings {
        if (connections < 1 || connections > 200) {
            throw new IllegalArgumentException(connections + " connections; give 1 to 200");
        }
    }
}
