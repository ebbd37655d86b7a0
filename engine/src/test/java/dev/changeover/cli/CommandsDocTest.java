package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Repository;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** docs/commands.md is what the commands' own {@code --help} says. Run with {@code -Ddocs=write} to write it anew. */
class CommandsDocTest {
    private static final Path PAGE = Repository.ROOT.resolve("docs/commands.md");

    @Test
    void thePageOfCommandsIsTheirHelp() throws IOException {
        String now = page();
        if ("write".equals(System.getProperty("docs"))) {
            Files.writeString(PAGE, now);
        }
        assertThat(Files.readString(PAGE))
                .as("write it anew: ./mvnw -pl engine -am test -Dtest=CommandsDocTest -Ddocs=write")
                .isEqualTo(now);
    }

    private static String page() {
        CommandLine main = Main.commandLine(Output.to(new StringWriter(), new StringWriter(), Map.of()));
        StringBuilder page =
                new StringBuilder("# Commands\n\nWhat `--help` says, command by command; a test keeps this page so.\n");
        append(page, main);
        main.getSubcommands().values().stream()
                .filter(c -> !c.getCommandSpec().usageMessage().hidden())
                .forEach(c -> append(page, c));
        return page.toString();
    }

    private static void append(StringBuilder page, CommandLine command) {
        page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```text\n");
        command.getUsageMessage(CommandLine.Help.Ansi.OFF)
                .lines()
                .forEach(line -> page.append(line.stripTrailing()).append('\n'));
        page.append("```\n");
    }
}
