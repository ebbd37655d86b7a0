package dev.changeover.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the instances of an application tried and were told, from the files that they wrote. */
final class Ledger {
    /** A write that was acknowledged: by which database, and between which milliseconds. */
    record Done(String key, String by, long begun, long ended) {}

    /** What else a call came to. */
    record Line(String what, String instance, long at, String words) {}

    final Set<String> tried = new HashSet<>();
    final Set<String> undone = new HashSet<>();
    final Map<String, Done> done = new TreeMap<>();
    final List<Line> others = new ArrayList<>();

    void read(String instance, Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ", 4);
            switch (words[0]) {
                case "tried" -> tried.add(words[1]);
                case "done" -> {
                    String[] rest = words[3].split(" ");
                    done.put(words[1], new Done(words[1], words[2], Long.parseLong(rest[0]), Long.parseLong(rest[1])));
                }
                case "read" -> {}
                default -> {
                    if (words[0].equals("undone")) {
                        undone.add(words[1]);
                    }
                    others.add(new Line(words[0], instance, Long.parseLong(words[2]), line));
                }
            }
        }
    }

    long count(String what) {
        return others.stream().filter(line -> line.what().equals(what)).count();
    }
}
