package dev.changeover.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.changeover.bson.JsonText;
import dev.changeover.state.Leases;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;

/** The few objects that go to and fro. Pure. */
final class Json {
    private Json() {}

    static String told(Leases.Told told) {
        return JsonText.object(out -> {
            out.writeStringField("phase", told.phase().words());
            out.writeStringField("db_target", told.phase().dbTarget());
            out.writeNumberField("epoch", told.epoch());
        });
    }

    static String applied(boolean applied) {
        return JsonText.object(out -> out.writeBooleanField("applied", applied));
    }

    static String error(String error, String remedy) {
        return JsonText.object(out -> {
            out.writeStringField("error", error);
            out.writeStringField("remedy", remedy);
        });
    }

    /** An object of numbers. */
    static Map<String, BigDecimal> numbers(byte[] text) {
        Map<String, BigDecimal> numbers = new HashMap<>();
        try (JsonParser in = new JsonFactory().createParser(text)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw notNumbers("it is no object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                if (!in.nextToken().isNumeric()) {
                    throw notNumbers(name + " is not a number");
                }
                numbers.put(name, in.getDecimalValue());
            }
            if (in.nextToken() != null) {
                throw notNumbers("something comes after the object");
            }
        } catch (IOException e) {
            throw notNumbers("it is not JSON");
        }
        return numbers;
    }

    private static NotAnsweredException notNumbers(String error) {
        return NotAnsweredException.wrong(
                "the body is not understood: " + error, "Send {\"epoch\": 4, \"lease_seconds\": 10}.");
    }
}
