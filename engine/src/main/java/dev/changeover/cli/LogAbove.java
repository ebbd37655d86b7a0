package dev.changeover.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/** Where lines are drawn on a terminal again and again, the log's lines go above them, until this is closed. */
final class LogAbove implements AutoCloseable {
    private final List<Runnable> undo = new ArrayList<>();

    /** {@code above} is given each line, on whatever thread logs it. */
    LogAbove(Consumer<String> above) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
            List<Appender<ILoggingEvent>> appenders = new ArrayList<>();
            root.iteratorForAppenders().forEachRemaining(appenders::add);
            for (Appender<ILoggingEvent> appender : appenders) {
                if (appender instanceof OutputStreamAppender<ILoggingEvent> stream) {
                    replace(root, stream, above);
                }
            }
        }
    }

    private void replace(Logger root, OutputStreamAppender<ILoggingEvent> stream, Consumer<String> above) {
        AppenderBase<ILoggingEvent> instead = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                byte[] line = stream.getEncoder().encode(event);
                above.accept(new String(line, StandardCharsets.UTF_8).stripTrailing());
            }
        };
        instead.setContext(stream.getContext());
        instead.start();
        root.detachAppender(stream);
        root.addAppender(instead);
        undo.add(() -> {
            root.detachAppender(instead);
            root.addAppender(stream);
        });
    }

    @Override
    public void close() {
        undo.forEach(Runnable::run);
        undo.clear();
    }
}
