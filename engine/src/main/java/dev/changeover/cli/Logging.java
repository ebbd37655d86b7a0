package dev.changeover.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options of the log, which goes to stderr: warnings as they are; -v for every change of state; -vv for all. */
final class Logging {
    @Option(
            names = {"-v", "--verbose"},
            description = "Log every step to stderr; twice for the drivers' too.")
    private boolean[] verbose = {};

    /** Called once, before a command runs. {@code format} is CHANGEOVER_LOG: {@code json} for one object a line. */
    void apply(String format) {
        LogManager.getLogManager()
                .reset(); // PostgreSQL's driver writes to java.util.logging; its exceptions say it all
        boolean json = "json".equals(format);
        if (verbose.length == 0 && !json) {
            return; // logback.xml says it
        }
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            level(context);
            if (json) {
                json(context);
            }
        }
    }

    private void level(LoggerContext context) {
        if (verbose.length > 0) {
            context.getLogger("dev.changeover").setLevel(verbose.length > 1 ? Level.DEBUG : Level.INFO);
        }
        if (verbose.length > 1) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
            context.getLogger("org.mongodb.driver").setLevel(Level.INFO);
        }
    }

    private static void json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
    }
}
