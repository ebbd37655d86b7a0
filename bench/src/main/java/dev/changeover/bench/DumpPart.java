package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** How fast {@code changeover run --from} copies beside a copy of the same documents from the live MongoDB, in turns. */
final class DumpPart {
    private static final double GOAL = 1;
    private static final String UNIT = "documents/s";

    private DumpPart() {}

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        int documents = ground.settings().documents();
        Databases both = ground.loaded("dump", Shape.USERS, documents);
        Map<String, Path> dumps = dumps(both, ground.room());
        Figures figures = new Figures("dump");
        for (int i = 0; i < ground.settings().rounds(); i++) {
            double live = seconds(both.copy(ground.settings().workers()).copy());
            figures.add("live", UNIT, documents / live);
            for (Map.Entry<String, Path> dump : dumps.entrySet()) {
                Databases.Copied copied =
                        both.copyFrom(dump.getValue(), ground.settings().workers());
                double copy = seconds(copied.copy());
                figures.add(dump.getKey(), UNIT, documents / copy);
                figures.add("heap of " + dump.getKey(), "MB", copied.run().peakHeapMb());
                if (dump.getKey().equals("folder")) {
                    figures.ratio("folder to live", GOAL, live / copy);
                } else {
                    figures.ratio(dump.getKey() + " to live", live / copy);
                }
                ground.say("%s, round %d: ratio %.2f".formatted(dump.getKey(), i + 1, live / copy));
            }
        }
        figures.note("A compressed folder of one collection is read by one worker.");
        return figures;
    }

    private static Map<String, Path> dumps(Databases both, Path room) throws IOException {
        DumpFiles files = new DumpFiles(both.mongo(), both.name(), Databases.COLLECTION);
        Map<String, Path> dumps = new LinkedHashMap<>();
        dumps.put("folder", files.folder(room.resolve("dump-folder"), false));
        dumps.put("archive", files.archive(room.resolve("dump.archive")));
        dumps.put("folder, gzip", files.folder(room.resolve("dump-gz"), true));
        return dumps;
    }
}
