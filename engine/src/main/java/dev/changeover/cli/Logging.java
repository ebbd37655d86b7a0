package dev.changeover.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The options of the log, which goes to stderr: warnings as they are; -v for every change of state; -vv for all. */
final class Logging {
    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Log every step to stderr; twice for the drivers' too.")
    private boolean[] verbose = {};

    @Option(
            names = "--log",
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:CHANGEOVER_LOG:-text}",
            description = "How the log is written: text, or json for one object a line (else CHANGEOVER_LOG).")
    private String format = "text";

    /** Called once, before a command runs. */
    void apply(CommandLine line) {
        LogManager.getLogManager()
                .reset(); // PostgreSQL's driver writes to java.util.logging; its exceptions say it all
        boolean json = isJson(line);
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

    private boolean isJson(CommandLine line) {
        return switch (format) {
            case "json" -> true;
            case "text", "" -> false;
            case String other ->
                throw new ParameterException(line, "the log cannot be " + other + ": give --log text or --log json");
        };
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
        JsonLine encoder = new JsonLine();
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
