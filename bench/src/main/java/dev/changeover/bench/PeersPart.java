package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The copy beside other ways to bring the same documents into the same PostgreSQL, all in the same round. */
final class PeersPart {
    private static final String UNIT = "documents/s";

    private final Ground ground;
    private final Databases both;
    private final int documents;
    private final Figures figures = new Figures("peers");

    private PeersPart(Ground ground, Databases both, int documents) {
        this.ground = ground;
        this.both = both;
        this.documents = documents;
    }

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        int documents = ground.settings().documents();
        PeersPart part = new PeersPart(ground, ground.loaded("peers", Shape.USERS, documents), documents);
        part.rounds(part.peers());
        return part.figures;
    }

    /** Those that are wanted and can be had; of the others it is noted why not. */
    private List<Peer> peers() throws InterruptedException {
        List<Peer> all = List.of(new HandWritten(both), new ExportAndCopy(both), new Dlt(both), new Debezium(both));
        List<Peer> some = new ArrayList<>();
        for (Peer peer : all) {
            if (ground.settings().wants(peer.word())) {
                ground.say("preparing " + peer.about());
                peer.obstacle()
                        .ifPresentOrElse(
                                why -> figures.note(peer.about() + ": not measured, " + why), () -> some.add(peer));
            }
        }
        return some;
    }

    private void rounds(List<Peer> peers) throws IOException, InterruptedException, SQLException {
        Limit limit = new Limit(both, 2);
        for (int i = 0; i < ground.settings().rounds(); i++) {
            Databases.Copied copied = both.copy(ground.settings().workers());
            double copy = seconds(copied.copy());
            double whole = seconds(copied.run().wall());
            figures.add("Changeover, the copy", UNIT, documents / copy);
            figures.add("Changeover, the whole command", UNIT, documents / whole);
            double most = seconds(limit.measure());
            figures.add("COPY BINARY, 2 connections", UNIT, documents / most);
            figures.ratio("copy to COPY BINARY, 2 connections", CopyPart.GOAL, most / copy);
            for (Peer peer : peers) {
                double took = seconds(one(peer));
                figures.add(peer.about(), UNIT, documents / took);
                peer.goal(documents)
                        .ifPresentOrElse(
                                goal -> figures.ratio("copy to " + peer.about(), goal, took / copy),
                                () -> figures.ratio("copy to " + peer.about(), took / copy));
                figures.ratio("the whole command to " + peer.about(), took / whole);
                ground.say("round %d: %s %.0f documents/s; the copy is %.1f times that, the whole command %.1f times"
                        .formatted(i + 1, peer.about(), documents / took, took / copy, took / whole));
            }
        }
        figures.note(
                documents + " documents. A peer's time is that of its loading alone, without its process's start.");
        peers.forEach(peer -> figures.note(peer.about() + ": " + peer.fidelity()));
    }

    private Duration one(Peer peer) throws IOException, InterruptedException, SQLException {
        both.execute("DROP SCHEMA IF EXISTS peer CASCADE", "CREATE SCHEMA peer", "CHECKPOINT");
        Duration took = peer.load();
        long rows = both.number("SELECT count(*) FROM peer." + peer.table());
        if (rows != documents) {
            throw new IllegalStateException(peer.about() + " has brought " + rows + " of " + documents + " documents");
        }
        return took;
    }
}
