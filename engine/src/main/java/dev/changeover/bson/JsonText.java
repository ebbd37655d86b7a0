package dev.changeover.bson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Objects of JSON for machines. Pure. */
public final class JsonText {
    private JsonText() {}

    /** Writes an object's fields. */
    public interface Body {
        void write(JsonGenerator out) throws IOException;
    }

    /** An object on one line. */
    public static String object(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
            out.writeStartObject();
            body.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    public static void texts(JsonGenerator out, String name, List<String> texts) throws IOException {
        out.writeArrayFieldStart(name);
        for (String one : texts) {
            out.writeString(one);
        }
        out.writeEndArray();
    }
}
