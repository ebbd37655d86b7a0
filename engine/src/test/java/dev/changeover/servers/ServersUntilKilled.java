package dev.changeover.servers;

import java.util.concurrent.CountDownLatch;

/** A program of its own: starts both servers, prints how to end them, waits for a signal. */
final class ServersUntilKilled {
    private ServersUntilKilled() {}

    @SuppressWarnings("SystemOut") // it talks to the test that started it
    public static void main(String[] args) throws InterruptedException {
        Servers servers = Servers.start(ServerSettings.SMALL, line -> {});
        System.out.println(servers.howToEnd());
        System.out.flush();
        new CountDownLatch(1).await();
    }
}
