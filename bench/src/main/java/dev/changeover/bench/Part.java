package dev.changeover.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The parts of the bench, each of which may be measured alone. */
enum Part {
    COPY("the copy of five kinds of documents, beside reading alone and COPY BINARY alone", CopyPart::measure),
    PEERS("the copy beside a hand-written ETL, an export with COPY, dlt and Debezium", PeersPart::measure),
    SCALING("the copy by documents, columns, workers and heap; memory", ScalingPart::measure),
    FOLLOW("catching up with changes, beside the raw stream and raw reads; the lag at rest", FollowPart::measure),
    VERIFY("verify beside the copy of the same documents", VerifyPart::measure),
    START("how long a command takes that has nothing to do", StartPart::measure),
    CUTOVER("how long writes wait at a cutover and at a rollback", CutoverPart::measure),
    ROUTER("what the router adds to a call, in nanoseconds", RouterPart::measure),
    GUARD("a short copy; fails under half of the documented ratio to COPY BINARY", GuardPart::measure);

    private final String about;
    private final Measured measured;

    Part(String about, Measured measured) {
        this.about = about;
        this.measured = measured;
    }

    /** Measures on servers that nobody else uses. */
    interface Measured {
        Figures measure(Ground ground) throws Exception;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String about() {
        return about;
    }

    Figures measure(Ground ground) throws Exception {
        return measured.measure(ground);
    }

    static List<Part> notUsual() {
        return List.of(ROUTER, GUARD);
    }

    static List<Part> usual() {
        return Arrays.stream(values()).filter(part -> !notUsual().contains(part)).toList();
    }

    static Part of(String word) {
        return Arrays.stream(values())
                .filter(part -> part.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no part " + word));
    }
}
