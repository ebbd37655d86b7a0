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

    private static Scene.Following following(Duration elapsed, long wrong) {
        return new Scene.Following(
                elapsed,
                new Scene.Written(12_345, 321.4, 2_000, 400, 7),
                new Scene.Followed(210, 11_000, Duration.ofMillis(85), Duration.ofMillis(60), Duration.ofMillis(140)),
                new Scene.Looks(530_000, 200, wrong, 95));
    }

    @Test
    void whatIsFollowedIsDrawnInPlaceOnATerminal() {
        SceneDrawing drawing = drawing(100);
        drawing.draw(following(Duration.ofMillis(1200), 0));
        drawing.draw(following(Duration.ofMillis(2400), 3));
        String last = out.toString().substring(out.toString().lastIndexOf("\u001b[J") + 3);
        assertThat(last).isEqualTo("""
                   MongoDB       12,345 writes, 321/s; 2,000 orders placed, 400 cancelled, 7 write conflicts
                   PostgreSQL       210 cuts, 11,000 rows written; lag 85 ms, median 60 ms, longest 140 ms
                   The sum      530,000 in MongoDB, and in PostgreSQL in 197 of 200 looks, at 95 states
                """.indent(0));
    }

    @Test
    void whatIsFollowedIsALineASecondWhereThereIsNoTerminal() {
        SceneDrawing drawing = new SceneDrawing(Output.to(out, new StringWriter(), Map.of("COLUMNS", "100")));
        for (int tenths = 1; tenths <= 25; tenths++) {
            drawing.draw(following(Duration.ofMillis(100L * tenths), 0));
        }
        assertThat(out.toString().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("321/s", "210 cuts", "lag 85 ms", "200 of 200 looks"));
        drawing.draw(new Scene.Ending(true, Duration.ofSeconds(20)));
        assertThat(out.toString()).contains("The sum      530,000");
    }
}
