package dev.changeover.cli;

import dev.changeover.bson.JsonText;
import dev.changeover.finish.Finding;
import java.util.ArrayList;
import java.util.List;

/** Which columns of required fields hold NULL, for a person or as JSON. */
final class NullsReport {
    private final List<Finding> required;

    NullsReport(List<Finding> required) {
        this.required = List.copyOf(required);
    }

    boolean isClean() {
        return required.stream().allMatch(NullsReport::holds);
    }

    private static boolean holds(Finding one) {
        return one.state() != Finding.State.BLOCKED;
    }

    private static String column(Finding one) {
        return one.step().table() + "." + one.step().name();
    }

    List<String> lines(Output output) {
        List<String> lines = new ArrayList<>();
        for (Finding one : required) {
            boolean holds = holds(one);
            lines.add(output.styled(holds ? Output.Style.GOOD : Output.Style.BAD, holds ? "no NULL" : "NULL   ") + "  "
                    + column(one) + ": "
                    + (holds
                            ? one.step().why()
                            : one.reason() + " (" + one.step().why() + ")"));
            if (!one.examples().isEmpty()) {
                lines.add("         documents: " + String.join(", ", one.examples()));
            }
        }
        if (required.isEmpty()) {
            lines.add("No validator of these collections requires a field.");
        }
        return lines;
    }

    String json() {
        return JsonText.object(out -> {
            out.writeStringField("mode", "nulls");
            out.writeBooleanField("equal", isClean());
            out.writeArrayFieldStart("required");
            for (Finding one : required) {
                out.writeStartObject();
                out.writeStringField("table", one.step().table().toString());
                out.writeStringField("column", one.step().name());
                out.writeBooleanField("holds", holds(one));
                out.writeStringField("why", one.step().why());
                out.writeStringField("reason", one.reason());
                JsonText.texts(out, "documents", one.examples());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
