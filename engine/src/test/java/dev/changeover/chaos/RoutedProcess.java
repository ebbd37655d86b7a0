package dev.changeover.chaos;

import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link RoutedInstance}, which can be killed, paused, and cut off from PostgreSQL. Confined to one thread. */
final class RoutedProcess implements AutoCloseable {
    private static final int THREADS = 2;

    /** After a fault its calls may still end without a result for as long as calls wait. */
    private static final Duration AFTERMATH = Duration.ofSeconds(35);

    private final String name;
    private final String mongo;
    private final FaultyProxy proxy;
    private final String postgres;
    private final Path ledger;
    private final Path output;
    private final List<Fault> faults = new ArrayList<>();
    private @Nullable Process process;

    /** Something was done to it, from then until it was mended, in milliseconds. */
    private record Fault(long from, long to) {
        boolean excuses(long at) {
            return at >= from && at <= to + AFTERMATH.toMillis();
        }
    }

    RoutedProcess(Path folder, String name, String mongo, String postgres) {
        this.name = name;
        this.mongo = mongo;
        proxy = FaultyProxy.before(postgres);
        this.postgres = TestServers.jdbc(proxy.through(postgres)) + "&socketTimeout=3";
        ledger = folder.resolve(name + ".ledger");
        output = folder.resolve(name + ".log");
    }

    String name() {
        return name;
    }

    void start() throws IOException {
        process = Program.java(
                output,
                List.of("-Xmx128m", "-Dlogback.configurationFile=logback-test.xml"),
                RoutedInstance.class.getName(),
                List.of(mongo, postgres, name, ledger.toString(), "" + THREADS));
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return process;
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, "" + process().pid()).start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + signal + " " + name + ": " + kill.exitValue());
        }
    }

    void pause() throws IOException, InterruptedException {
        suffer();
        signal("STOP");
    }

    void wake() throws IOException, InterruptedException {
        signal("CONT");
    }

    void kill() throws InterruptedException {
        suffer();
        process().destroyForcibly().waitFor();
    }

    void silence() {
        suffer();
        proxy.freeze();
    }

    void cut() {
        suffer();
        proxy.refuse();
        proxy.cut();
    }

    /** The network is whole again, and whatever was done to it is over. */
    void mend() {
        proxy.mend();
        if (!faults.isEmpty()) {
            faults.addLast(new Fault(faults.removeLast().from(), System.currentTimeMillis()));
        }
    }

    private void suffer() {
        faults.add(new Fault(System.currentTimeMillis(), Long.MAX_VALUE - AFTERMATH.toMillis()));
    }

    /** Whether a call may have failed at that time, in milliseconds, because of what was done to it. */
    boolean excuses(long at) {
        return faults.stream().anyMatch(fault -> fault.excuses(at));
    }

    /** Grows as it works. */
    long progress() throws IOException {
        return Files.exists(ledger) ? Files.size(ledger) : 0;
    }

    /** Lets it end as it wants to. */
    void end() throws IOException, InterruptedException {
        process().getOutputStream().close();
        if (!process().waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " does not end\n" + Files.readString(output));
        }
        if (process().exitValue() != 0) {
            throw new AssertionError(name + " ended with " + process().exitValue() + "\n" + Files.readString(output));
        }
    }

    void addTo(Ledger all) throws IOException {
        all.read(name, ledger);
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.destroyForcibly().waitFor();
        }
        proxy.close();
    }
}
