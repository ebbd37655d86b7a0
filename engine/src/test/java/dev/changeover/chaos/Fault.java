package dev.changeover.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What happens to the follower and around it. */
enum Fault {
    FOLLOWER_KILLED(30),
    POSTGRES_CUT(20),
    POSTGRES_SILENT(8),
    MONGO_CUT(18),
    MONGO_SILENT(6),
    POSTGRES_RESTARTED(5),
    POSTGRES_KILLED(5),
    PRIMARY_KILLED(8);

    /** Of a hundred. */
    private final int share;

    Fault(int share) {
        this.share = share;
    }

    /** At least {@code most} of them, each kind at least once, in an order of chance. */
    static List<Fault> deal(int most, long seed) {
        List<Fault> deck = new ArrayList<>();
        for (Fault fault : values()) {
            deck.addAll(Collections.nCopies(Math.max(1, Math.ceilDiv(fault.share * most, 100)), fault));
        }
        Collections.shuffle(deck, new Random(seed));
        return deck;
    }
}
