package dev.changeover.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What to measure, on how much: {@code documents} of about 440 bytes, or as many bytes of other shapes; {@code workers} and
 * {@code heap} are those of Changeover's own processes, which choose their workers themselves if none are given; {@code only} leaves peers out; results go to {@code results}.
 */
record Settings(
        List<String> parts,
        int documents,
        int rounds,
        OptionalInt workers,
        String heap,
        Optional<String> only,
        Path results) {
    private static final String USAGE = """
            changeover bench [PART...] [OPTIONS]: measures Changeover beside the limits of these servers and beside its peers.
            Without a part: all but %s.

            Parts:
            %s
            Options:
              --documents N   documents of 440 bytes, or as many bytes of other kinds (300000)
              --rounds N      rounds, of which the middle counts (3)
              --workers N     threads of Changeover (as many as it chooses itself)
              --heap SIZE     memory of Changeover (256m)
              --only PEERS    of part peers, only those: etl,export,dlt,debezium
              --results DIR   where the JSON files and plots go (bench/target/results)
            """;

    Settings {
        if (documents < 1_000 || rounds < 1 || workers.orElse(1) < 1) {
            throw new IllegalArgumentException("give at least 1000 documents, 1 round and 1 worker");
        }
    }

    boolean wants(String peer) {
        return only.isEmpty() || List.of(only.get().split(",")).contains(peer);
    }

    static String usage() {
        StringBuilder all = new StringBuilder();
        for (Part part : Part.values()) {
            all.append("  %-10s %s%n".formatted(part.word(), part.about()));
        }
        return USAGE.formatted(
                String.join(" and ", Part.notUsual().stream().map(Part::word).toList()), all);
    }

    /** Refuses what it does not know with an {@link IllegalArgumentException}. */
    static Settings of(String... arguments) {
        List<String> parts = new ArrayList<>();
        Settings read = new Settings(
                List.of(),
                300_000,
                3,
                OptionalInt.empty(),
                "256m",
                Optional.empty(),
                Path.of("bench", "target", "results"));
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                parts.add(arguments[i]);
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " wants a value");
            } else {
                read = read.with(arguments[i], arguments[++i]);
            }
        }
        List<String> meant =
                parts.isEmpty() ? Part.usual().stream().map(Part::word).toList() : parts;
        meant.forEach(Part::of);
        return new Settings(meant, read.documents, read.rounds, read.workers, read.heap, read.only, read.results);
    }

    private Settings with(String option, String value) {
        return switch (option) {
            case "--documents" -> new Settings(parts, number(value), rounds, workers, heap, only, results);
            case "--rounds" -> new Settings(parts, documents, number(value), workers, heap, only, results);
            case "--workers" ->
                new Settings(parts, documents, rounds, OptionalInt.of(number(value)), heap, only, results);
            case "--heap" -> new Settings(parts, documents, rounds, workers, value, only, results);
            case "--only" -> new Settings(parts, documents, rounds, workers, heap, Optional.of(value), results);
            case "--results" -> new Settings(parts, documents, rounds, workers, heap, only, Path.of(value));
            default -> throw new IllegalArgumentException("there is no option " + option);
        };
    }

    private static int number(String value) {
        try {
            return Integer.parseInt(value.replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(value + " is not a number", e);
        }
    }
}
