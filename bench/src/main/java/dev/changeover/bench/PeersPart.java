package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The copy beside the limits and beside other ways to bring such documents into the same PostgreSQL, all in the same round.
 * Peers that are slow are given fewer documents: what is compared are documents per second.
 */
final class PeersPart {
    private static final String UNIT = "documents/s";
    private static final int CONNECTIONS = 2;

    private final Ground ground;
    private final int documents;
    private final Databases all;
    private final Map<Integer, Databases> loaded = new HashMap<>();
    private final Figures figures = new Figures("peers");

    private PeersPart(Ground ground) throws IOException, InterruptedException {
        this.ground = ground;
        documents = ground.settings().documents();
        all = loaded(documents);
    }

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        PeersPart part = new PeersPart(ground);
        part.rounds(part.peers());
        return part.figures;
    }

    private Databases loaded(int some) throws IOException, InterruptedException {
        Databases there = loaded.get(some);
        if (there == null) {
            there = ground.loaded("peers" + some, Shape.USERS, some);
            loaded.put(some, there);
        }
        return there;
    }

    /** Those that are wanted and can be had; of the others it is noted why not. */
    private List<Peer> peers() throws IOException, InterruptedException {
        List<Peer> some = new ArrayList<>();
        for (Peer peer : List.of(new HandWritten(), new ExportAndCopy(), new Dlt(), new Debezium())) {
            if (ground.settings().wants(peer.word())) {
                ground.say("preparing " + peer.about());
                peer.obstacle()
                        .ifPresentOrElse(
                                why -> figures.note(peer.about() + ": not measured, " + why), () -> some.add(peer));
            }
        }
        for (Peer peer : some) {
            Databases unused = loaded(count(peer));
        }
        return some;
    }

    private int count(Peer peer) {
        return Math.min(documents, peer.documentsMost());
    }

    private void rounds(List<Peer> peers) throws IOException, InterruptedException, SQLException {
        Map<String, Limit> limits = new LinkedHashMap<>();
        for (int connections = 1; connections <= CONNECTIONS; connections++) {
            limits.put(limit("bare table", connections), Limit.bare(all, connections));
            limits.put(limit("with its keys", connections), Limit.keyed(all, connections));
        }
        for (int i = 0; i < ground.settings().rounds(); i++) {
            Databases.Copied copied = all.copy(ground.settings().workers());
            double copy = documents / seconds(copied.copy());
            double whole = documents / seconds(copied.run().wall());
            figures.add("Changeover, the copy", UNIT, copy);
            figures.add("Changeover, the whole command", UNIT, whole);
            figures.add("reading alone, 2 cursors", UNIT, documents / seconds(all.rawRead(documents)));
            for (Map.Entry<String, Limit> limit : limits.entrySet()) {
                double rate = documents / seconds(limit.getValue().measure());
                figures.add(limit.getKey(), UNIT, rate);
                if (limit.getKey().equals(limit("bare table", CONNECTIONS))) {
                    figures.ratio("the copy to " + limit.getKey(), CopyPart.GOAL, copy / rate);
                }
            }
            for (Peer peer : peers) {
                round(peer, copy, whole, i);
            }
        }
        figures.note("%,d documents, and fewer of the slower peers: %s".formatted(documents, counts(peers)));
        figures.note("A peer's time is that of its loading alone, without its process's start.");
        peers.forEach(peer -> figures.note(peer.about() + ": " + peer.fidelity()));
    }

    private static String limit(String into, int connections) {
        return "COPY BINARY, " + into + (connections == 1 ? ", 1 connection" : ", " + connections + " connections");
    }

    private String counts(List<Peer> peers) {
        List<String> counts = new ArrayList<>();
        peers.forEach(peer -> counts.add("%s %,d".formatted(peer.about(), count(peer))));
        return String.join(", ", counts);
    }

    private void round(Peer peer, double copy, double whole, int round)
            throws IOException, InterruptedException, SQLException {
        for (Peer.Stretch stretch : load(peer)) {
            figures.add(stretch.about(), UNIT, stretch.rate());
            double times = copy / stretch.rate();
            stretch.goal()
                    .ifPresentOrElse(
                            goal -> figures.ratio("the copy to " + stretch.about(), goal, times),
                            () -> figures.ratio("the copy to " + stretch.about(), times));
            figures.ratio("the whole command to " + stretch.about(), whole / stretch.rate());
            ground.say("round %d: %s %.0f documents/s; the copy is %.1f times that, the whole command %.1f times"
                    .formatted(round + 1, stretch.about(), stretch.rate(), times, whole / stretch.rate()));
        }
    }

    /** All documents must be there afterwards. */
    private List<Peer.Stretch> load(Peer peer) throws IOException, InterruptedException, SQLException {
        int wanted = count(peer);
        Databases some = loaded(wanted);
        some.execute("DROP SCHEMA IF EXISTS peer CASCADE", "CREATE SCHEMA peer", "CHECKPOINT");
        List<Peer.Stretch> stretches = peer.load(some);
        long rows = some.number("SELECT count(*) FROM peer." + peer.table());
        if (rows != wanted) {
            throw new IllegalStateException(peer.about() + " has brought " + rows + " of " + wanted + " documents");
        }
        return stretches;
    }
}
