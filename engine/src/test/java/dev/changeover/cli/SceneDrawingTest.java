package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.demo.Scene;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SceneDrawingTest {
    private final StringWriter out = new StringWriter();

    private SceneDrawing drawing(int columns) {
        Map<String, String> environment =
                Map.of("CHANGEOVER_TERMINAL", "out", "NO_COLOR", "1", "COLUMNS", String.valueOf(columns));
        return new SceneDrawing(Output.to(out, new StringWriter(), environment));
    }

    @Test
    void numbersStandToTheRightAndWordsToTheLeft() {
        drawing(80)
                .draw(new Scene.Table(
                        List.of("name", "rows"), List.of(List.of("a", "1"), List.of("long name", "1,000"))));
        assertThat(out.toString()).isEqualTo("""

                   name        rows
                   a              1
                   long name  1,000
                """.indent(0));
    }

    @Test
    void nothingIsWiderThanTheTerminal() {
        SceneDrawing drawing = drawing(40);
        drawing.draw(new Scene.Act("A step", "changeover plan"));
        drawing.draw(new Scene.Line("word ".repeat(30).strip()));
        drawing.draw(new Scene.Table(
                List.of("field", "why"),
                List.of(List.of("f".repeat(50), "w".repeat(60)), List.of("é", "😀".repeat(50)))));
        drawing.draw(new Scene.Pair(
                new Scene.Page("left", List.of("l".repeat(90))), new Scene.Page("right", List.of("r".repeat(90)))));
        assertThat(out.toString().lines())
                .allSatisfy(line ->
                        assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(40));
    }

    @Test
    void theEndSaysOkOnlyWhenAllWasRight() {
        drawing(80).draw(new Scene.Ending(true, Duration.ofSeconds(20)));
        assertThat(out.toString()).contains("demo: OK  (20 s)");
        out.getBuffer().setLength(0);
        drawing(80).draw(new Scene.Ending(false, Duration.ofSeconds(20)));
        assertThat(out.toString()).doesNotContain("OK");
    }
}
