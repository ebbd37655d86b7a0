package dev.changeover.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP proxy on the loopback interface between a client and a server, which can do what networks do: cut, stall, refuse.
 * Thread-safe.
 */
public final class FaultyProxy implements AutoCloseable {
    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition flows = lock.newCondition();
    private final AtomicLong untilCut = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean refusing;
    private volatile boolean stalled;
    private volatile int frozen;
    private final List<Change> changes = new CopyOnWriteArrayList<>();

    private record Change(byte[] from, byte[] to) {}

    private FaultyProxy(InetSocketAddress target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** In front of the first host of {@code uri}, which names its port. */
    public static FaultyProxy before(String uri) {
        try {
            URI parsed = URI.create(uri.replaceFirst("^jdbc:", ""));
            return new FaultyProxy(new InetSocketAddress(parsed.getHost(), parsed.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same URI, but through this proxy; a replica set's name is dropped, so that a driver stays with the proxy. */
    public String through(String uri) {
        return uri.replace(":" + target.getPort() + "/", ":" + listener.getLocalPort() + "/")
                .replaceFirst("replicaSet=[^&]*&?", "");
    }

    /** Ends every connection at once, as a killed server does; new ones are taken. */
    public void cut() {
        sockets.forEach(FaultyProxy::end);
    }

    /** Ends every connection once the server has sent {@code bytes} more, that is, in the middle of an answer. */
    public void cutAfter(long bytes) {
        untilCut.set(bytes);
    }

    /** From now on new connections end at once, until {@link #mend}. */
    public void refuse() {
        refusing = true;
    }

    /** Nothing passes, and nobody is told, until {@link #mend}. */
    public void stall() {
        stalled = true;
    }

    /** Nothing passes any more on the connections that there are, and nobody is told; new ones are taken. */
    public void freeze() {
        frozen++; // one thread at a time
    }

    /** From now on {@code from} in the server's answers becomes {@code to}, of the same length, until {@link #mend}. */
    public void garble(byte[] from, byte[] to) {
        changes.add(new Change(from.clone(), to.clone()));
    }

    int port() {
        return listener.getLocalPort();
    }

    public void mend() {
        changes.clear();
        refusing = false;
        untilCut.set(Long.MAX_VALUE);
        lock.lock();
        try {
            stalled = false;
            flows.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (refusing) {
                    end(client);
                } else {
                    connect(client);
                }
            } catch (IOException over) {
                return; // closed
            }
        }
    }

    private void connect(Socket client) {
        try {
            Socket server = new Socket();
            server.connect(target);
            sockets.add(client);
            sockets.add(server);
            Thread.ofVirtual().start(() -> pass(client, server, false));
            Thread.ofVirtual().start(() -> pass(server, client, true));
        } catch (IOException gone) {
            end(client);
        }
    }

    private void pass(Socket from, Socket to, boolean answers) {
        byte[] buffer = new byte[16 << 10];
        int age = frozen;
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                awaitFlow(age);
                int passed = answers ? (int) Math.min(read, Math.max(0, untilCut.getAndAdd(-read))) : read;
                if (answers) {
                    changes.forEach(change -> garble(buffer, passed, change));
                }
                out.write(buffer, 0, passed);
                if (passed < read) {
                    cut();
                }
            }
        } catch (IOException over) {
            // one side is gone: the other goes too
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
        }
    }

    private static void garble(byte[] buffer, int length, Change change) {
        byte[] from = change.from();
        for (int at = 0; at + from.length <= length; at++) {
            if (Arrays.equals(buffer, at, at + from.length, from, 0, from.length)) {
                System.arraycopy(change.to(), 0, buffer, at, from.length);
            }
        }
    }

    private void awaitFlow(int age) throws InterruptedException {
        lock.lock();
        try {
            while (stalled || (age < frozen && !listener.isClosed())) {
                flows.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // a reset, not a polite end
            socket.close();
        } catch (IOException over) {
            // it was over already
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            mend();
            cut();
        }
    }
}
