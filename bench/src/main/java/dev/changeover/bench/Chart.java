package dev.changeover.bench;

import java.util.List;
import java.util.Locale;

/**
 * A part's figures as bars, in SVG that reads on light and on dark: those of the first figure's unit, each bar the middle round,
 * a thin line from the least round to the most.
 */
record Chart(Figures figures) {
    private static final int NAME = 330;
    private static final int BARS = 380;
    private static final int ROW = 24;
    private static final int TOP = 40;
    private static final String STYLE = """
            <style>
              text { font: 13px system-ui, sans-serif; fill: #1f2328 }
              .title { font-weight: 600 }
              .bar { fill: #2f6fb0 } .other { fill: #a9b4c0 } .round { stroke: #1f2328; stroke-width: 1.5 }
              @media (prefers-color-scheme: dark) {
                text { fill: #e6edf3 } .bar { fill: #58a6ff } .other { fill: #6e7681 } .round { stroke: #e6edf3 }
              }
            </style>
            """;

    String svg() {
        String unit = figures.figures().getFirst().unit();
        List<Figures.Figure> shown = figures.figures().stream()
                .filter(figure -> figure.unit().equals(unit))
                .toList();
        double most = shown.stream()
                .flatMap(figure -> figure.rounds().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        int width = NAME + BARS + 90;
        int height = TOP + shown.size() * ROW + 10;
        StringBuilder svg = new StringBuilder(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">%n"
                        .formatted(width, height, width, height));
        svg.append(STYLE);
        svg.append("<text class=\"title\" x=\"10\" y=\"22\">%s, %s</text>%n".formatted(figures.part(), unit));
        for (int i = 0; i < shown.size(); i++) {
            bar(svg, shown.get(i), TOP + i * ROW, BARS / most);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void bar(StringBuilder svg, Figures.Figure figure, int y, double scale) {
        double least =
                figure.rounds().stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double most =
                figure.rounds().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        int middle = y + ROW / 2 - 3;
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n"
                .formatted(NAME - 8, y + 13, escaped(figure.name())));
        svg.append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\"/>%n"
                .formatted(isOurs(figure.name()) ? "bar" : "other", NAME, y, pixels(figure.middle() * scale), ROW - 6));
        svg.append("<line class=\"round\" x1=\"%s\" x2=\"%s\" y1=\"%d\" y2=\"%d\"/>%n"
                .formatted(pixels(NAME + least * scale), pixels(NAME + most * scale), middle, middle));
        svg.append("<text x=\"%s\" y=\"%d\">%s</text>%n"
                .formatted(
                        pixels(NAME + most * scale + 6), y + 13, String.format(Locale.ROOT, "%,.0f", figure.middle())));
    }

    /** Limits and peers are drawn paler. */
    private static boolean isOurs(String name) {
        return !name.contains("COPY BINARY")
                && !name.contains("reading alone")
                && !name.contains("limit")
                && !name.contains("export")
                && !name.contains("ETL")
                && !name.contains("dlt")
                && !name.contains("Debezium");
    }

    private static String pixels(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
