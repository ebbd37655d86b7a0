package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTest {
    private final StringWriter out = new StringWriter();

    private Output output(Map<String, String> environment) {
        return Output.to(out, new StringWriter(), environment);
    }

    @Test
    void coloursAndWidthAreATerminalsOnly() {
        Output piped = output(Map.of("COLUMNS", "200"));
        assertThat(piped.styled(Output.Style.GOOD, "ok")).isEqualTo("ok");
        assertThat(piped.width()).isEqualTo(100);
        Output terminal = output(Map.of("CHANGEOVER_TERMINAL", "out", "COLUMNS", "120"));
        assertThat(terminal.styled(Output.Style.GOOD, "ok")).isEqualTo("\u001b[32mok\u001b[0m");
        assertThat(terminal.width()).isEqualTo(120);
    }

    @Test
    void noColorIsRespected() {
        Output output = output(Map.of("CHANGEOVER_TERMINAL", "out", "NO_COLOR", "1"));
        assertThat(output.styled(Output.Style.BAD, "no")).isEqualTo("no");
        assertThat(output.terminal()).isTrue();
    }

    @Test
    void aDumbTerminalIsNone() {
        assertThat(output(Map.of("CHANGEOVER_TERMINAL", "out", "TERM", "dumb")).terminal())
                .isFalse();
    }

    @Test
    void liveLinesAreDrawnInPlaceOnATerminal() {
        LiveLines live = new LiveLines(output(Map.of("CHANGEOVER_TERMINAL", "out")));
        live.draw(List.of("one", "two"));
        live.draw(List.of("three"));
        assertThat(out.toString()).isEqualTo("one\ntwo\n\u001b[2A\u001b[Jthree\n");
    }

    @Test
    void liveLinesWaitForTheLastWhereThereIsNoTerminal() {
        LiveLines live = new LiveLines(output(Map.of()));
        live.draw(List.of("half"));
        live.draw(List.of("whole"));
        live.last();
        assertThat(out.toString()).isEqualTo("whole\n");
    }

    @Test
    void aLineAboveStaysAndTheBlockMovesDown() {
        LiveLines live = new LiveLines(output(Map.of("CHANGEOVER_TERMINAL", "out")));
        live.draw(List.of("block"));
        live.above("said");
        assertThat(out.toString()).isEqualTo("block\n\u001b[1A\u001b[Jsaid\nblock\n");
    }
}
