package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JsonLineTest {
    private static String line(Consumer<Logger> log) {
        LoggerContext context = new LoggerContext();
        Logger logger = context.getLogger("dev.changeover.test");
        logger.setLevel(Level.INFO);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.setContext(context);
        events.start();
        logger.addAppender(events);
        log.accept(logger);
        return new String(new JsonLine().encode(events.list.getFirst()), StandardCharsets.UTF_8);
    }

    private static List<String> names(String json) throws IOException {
        List<String> names = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME) {
                    names.add(parser.currentName());
                }
            }
        }
        return names;
    }

    @Test
    void anEventIsOneObjectOnOneLineWithItsKeyValues() throws IOException {
        String line = line(log -> log.atInfo()
                .addKeyValue("cut", "(5, 1)")
                .addKeyValue("lag_ms", 12)
                .addKeyValue("nothing", (Object) null)
                .log("cut\nreached"));
        assertThat(line).endsWith("\n").doesNotContain("\n{").hasLineCount(1);
        assertThat(names(line))
                .containsExactly("time", "level", "logger", "thread", "message", "values", "cut", "lag_ms", "nothing");
        assertThat(line)
                .contains("\"level\":\"INFO\"")
                .contains("\"logger\":\"dev.changeover.test\"")
                .contains("\"message\":\"cut\\nreached\"")
                .contains("\"lag_ms\":12")
                .contains("\"cut\":\"(5, 1)\"");
        assertThat(Instant.parse(line.replaceFirst("^\\{\"time\":\"([^\"]+)\".*\\s*$", "$1")))
                .isAfter(Instant.EPOCH);
    }

    @Test
    void aFailureComesWithItsTraceOnTheSameLineAndWithoutPasswords() throws IOException {
        String line = line(log -> log.atWarn()
                .setCause(new IllegalStateException("mongodb://ann:s3cret@host/db is gone"))
                .addKeyValue("reason", "postgresql://bob:s3cret@host/db")
                .log("waits for mongodb://ann:s3cret@host"));
        assertThat(line).hasLineCount(1).doesNotContain("s3cret").contains("JsonLineTest");
        assertThat(names(line)).contains("error");
    }

    @Test
    void aKeyThatIsGivenTwiceIsThereOnce() throws IOException {
        assertThat(names(line(log ->
                        log.atInfo().addKeyValue("a", 1).addKeyValue("a", 2).log("twice"))))
                .containsOnlyOnce("a");
    }
}
