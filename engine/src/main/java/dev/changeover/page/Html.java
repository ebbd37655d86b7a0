package dev.changeover.page;

import java.util.Locale;

/** Writes HTML; all text is escaped. Not thread-safe. */
final class Html {
    private final StringBuilder out = new StringBuilder();
    private int rows;

    /** What a row says at first sight. */
    enum Mark {
        GOOD,
        WARNING,
        BAD,
        NONE
    }

    Html raw(String markup) {
        out.append(markup);
        return this;
    }

    Html text(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                default -> out.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c);
            }
        }
        return this;
    }

    void element(String name, String text) {
        raw("<" + name + ">").text(text).raw("</" + name + ">");
    }

    /** A table; {@code numbers}: from the fourth on so many columns are numbers, empty for none. */
    void begin(String numbers, String... columns) {
        rows = 0;
        raw("<div class=\"wide\"><table" + (numbers.isEmpty() ? "" : " class=\"numbers" + numbers + "\"")
                + "><thead><tr>");
        for (String column : columns) {
            element("th", column);
        }
        raw("</tr></thead><tbody>");
    }

    void row(Mark mark, String... cells) {
        rows++;
        raw("<tr class=\"" + mark.name().toLowerCase(Locale.ROOT) + "\">");
        for (String cell : cells) {
            element("td", cell);
        }
        raw("</tr>");
    }

    void end() {
        raw("</tbody></table></div>");
        if (rows == 0) {
            element("p", "Nothing.");
        }
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
