package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Phase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database in charge changes there and back while instances of an application, and the run that makes the change, are
 * killed, paused beyond their leases and cut off. {@code -Drounds=N} changes, replay with {@code -Dseed=N}.
 */
class RoutedChaosServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(RoutedChaosServerTest.class);
    private static final int ROUNDS = Integer.getInteger("rounds", 4);

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostAndNoTwoDatabasesAreInChargeAtOnce() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        List<Trouble> deck = deck(seed);
        int tried = 0;
        try (RoutedWorld world = new RoutedWorld(folder, seed)) {
            world.begin();
            for (Trouble trouble : deck) {
                Phase to = world.phase() == Phase.POSTGRES ? Phase.PG_READS : Phase.POSTGRES;
                tried += world.move(to, trouble, random);
            }
            world.end();
            Ledger ledger = world.ledger();
            LOG.atWarn()
                    .addKeyValue("seed", seed)
                    .addKeyValue("changes", deck.size())
                    .addKeyValue("tries", tried)
                    .addKeyValue("acknowledged", ledger.done.size())
                    .addKeyValue("unknown", ledger.count("unknown"))
                    .addKeyValue("undone", ledger.count("undone"))
                    .addKeyValue("failed", ledger.count("failed"))
                    .log("in charge, one at a time");
            assertThat(world.violations(ledger))
                    .as("seed %d%n%s", seed, world.log())
                    .isEmpty();
        }
    }

    /** Each kind about equally often, in an order of chance. */
    private static List<Trouble> deck(long seed) {
        List<Trouble> deck = new ArrayList<>();
        while (deck.size() < ROUNDS) {
            List<Trouble> all = new ArrayList<>(List.of(Trouble.values()));
            Collections.shuffle(all, new Random(seed + deck.size()));
            deck.addAll(all);
        }
        return deck.subList(0, ROUNDS);
    }
}
