package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.bson.JsonText;
import dev.changeover.doctor.SourceAdvice;
import java.io.IOException;

/** Which source to take, as {@code doctor --json} and {@code plan --json} have it. */
final class SourceAdviceJson {
    private SourceAdviceJson() {}

    static void write(JsonGenerator out, SourceAdvice advice) throws IOException {
        out.writeObjectFieldStart("source");
        out.writeStringField("way", advice.way().code());
        JsonText.texts(
                out, "reasons", advice.reasons().stream().map(Redacted::of).toList());
        JsonText.texts(out, "commands", advice.commands());
        out.writeNumberField("bytes", advice.bytes());
        out.writeNumberField("copy_seconds", advice.copy().toSeconds());
        out.writeEndObject();
    }
}
