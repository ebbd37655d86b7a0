package dev.changeover.cli;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;

/** What a person types at the command line. */
final class Typed {
    private Typed() {}

    /** What {@code changeover} says to these words, and how it ends. */
    static String changeover(List<String> words) {
        StringWriter shown = new StringWriter();
        int exit = Main.run(Output.to(shown, shown, Map.of()), words.toArray(String[]::new));
        return shown + "exit " + exit;
    }
}
