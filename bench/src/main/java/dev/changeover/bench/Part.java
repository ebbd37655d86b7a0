package dev.changeover.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The parts of the bench, each of which may be measured alone. */
enum Part {
    COPY("the copy of five kinds of documents, beside reading alone and COPY BINARY alone"),
    PEERS("the copy beside a hand-written ETL, an export with COPY, dlt and Debezium"),
    SCALING("the copy by documents, columns, workers and heap; memory"),
    FOLLOW("catching up with changes, beside the raw stream and raw reads; the lag at rest"),
    VERIFY("verify beside the copy of the same documents"),
    DUMP("the copy from a dump beside the copy from the live source"),
    START("how long a command takes that has nothing to do"),
    CUTOVER("how long writes wait at a cutover and at a rollback"),
    ROUTER("what the router adds to a call, in nanoseconds"),
    GUARD("a short copy; fails under half of the documented ratio to COPY BINARY");

    private final String about;

    Part(String about) {
        this.about = about;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String about() {
        return about;
    }

    /** Measures on servers that nobody else uses. */
    Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        return switch (this) {
            case COPY -> CopyPart.measure(ground);
            case PEERS -> PeersPart.measure(ground);
            case SCALING -> ScalingPart.measure(ground);
            case FOLLOW -> FollowPart.measure(ground);
            case VERIFY -> VerifyPart.measure(ground);
            case DUMP -> DumpPart.measure(ground);
            case START -> StartPart.measure(ground);
            case CUTOVER -> CutoverPart.measure(ground);
            case ROUTER -> RouterPart.measure();
            case GUARD -> GuardPart.measure(ground);
        };
    }

    static List<Part> notUsual() {
        return List.of(ROUTER, GUARD);
    }

    static List<Part> usual() {
        return Arrays.stream(values())
                .filter(part -> !notUsual().contains(part))
                .toList();
    }

    static Part of(String word) {
        return Arrays.stream(values())
                .filter(part -> part.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no part " + word));
    }
}
