package dev.changeover.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/** A log event as one JSON object on a line: time, level, logger, thread, message, values, error. Passwords are taken out. */
final class JsonLine extends EncoderBase<ILoggingEvent> {
    private static final byte[] NONE = {};

    @Override
    public byte[] headerBytes() {
        return NONE;
    }

    @Override
    public byte[] footerBytes() {
        return NONE;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try (JsonGenerator out = new JsonFactory().createGenerator(line)) {
            out.writeStartObject();
            out.writeStringField("time", event.getInstant().toString());
            out.writeStringField("level", event.getLevel().toString());
            out.writeStringField("logger", event.getLoggerName());
            out.writeStringField("thread", event.getThreadName());
            out.writeStringField("message", Redacted.of(String.valueOf(event.getFormattedMessage())));
            values(out, event);
            if (event.getThrowableProxy() != null) {
                out.writeStringField("error", Redacted.of(ThrowableProxyUtil.asString(event.getThrowableProxy())));
            }
            out.writeEndObject();
            out.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toByteArray();
    }

    /** In an object of their own, so that none can hide a field of the event; of two with one name the last. */
    private static void values(JsonGenerator out, ILoggingEvent event) throws IOException {
        if (event.getKeyValuePairs() == null) {
            return;
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (KeyValuePair pair : event.getKeyValuePairs()) {
            values.put(pair.key, pair.value == null ? "null" : pair.value);
        }
        out.writeObjectFieldStart("values");
        for (Map.Entry<String, Object> value : values.entrySet()) {
            out.writeFieldName(value.getKey());
            switch (value.getValue()) {
                case Integer number -> out.writeNumber(number);
                case Long number -> out.writeNumber(number);
                case Double number -> out.writeNumber(number);
                case Boolean truth -> out.writeBoolean(truth);
                case Object other -> out.writeString(Redacted.of(other.toString()));
            }
        }
        out.writeEndObject();
    }
}
