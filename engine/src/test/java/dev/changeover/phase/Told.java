package dev.changeover.phase;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Somebody who moves the phase, and what was told to them. Thread-safe. */
public final class Told implements Steps.Outside {
    public final List<String> lines = new CopyOnWriteArrayList<>();

    @Override
    public void tell(String line) {
        lines.add(line);
    }

    @Override
    public void pause() throws InterruptedException {
        Thread.sleep(Duration.ofMillis(20));
    }

    @Override
    public void undo() {
        lines.add("undo");
    }
}
