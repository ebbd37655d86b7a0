package dev.changeover.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How long commands take that have nothing to do, by the launcher, as a person starts them. */
final class StartPart {
    private static final int TIMES = 10;

    private StartPart() {}

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        Databases both = ground.loaded("start", Shape.USERS, 1_000);
        both.migration().changeover("run", "--until", "copied");
        String launcher = Path.of("changeover").toAbsolutePath().toString();
        Map<String, String> environment = Map.of("MONGO_URI", both.mongo(), "PG_URI", both.pg());
        Figures figures = new Figures("start");
        for (List<String> arguments : List.of(List.of("--version"), List.of("status"))) {
            List<String> command = new ArrayList<>(List.of(launcher));
            command.addAll(arguments);
            String first = Command.run(ground.room(), environment, command); // may build
            ground.say(first.strip());
            for (int i = 0; i < TIMES; i++) {
                long begun = System.nanoTime();
                String unused = Command.run(ground.room(), environment, command);
                figures.add("changeover " + arguments.getFirst(), "s", (System.nanoTime() - begun) / 1e9);
            }
        }
        figures.note("The whole process, from the shell's start to its end.");
        return figures;
    }
}
