package dev.changeover.run;

import dev.changeover.Namespace;
import dev.changeover.copy.Copy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How fast each collection has been copied over the last seconds. Confined to one thread. */
final class Rates {
    private static final int SAMPLES = 10;

    private record Amount(long documents, long bytes) {}

    private record Sample(long nanos, Map<Namespace, Amount> amounts) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes a sample, and returns the rates since the oldest one kept. */
    Map<Namespace, Progress.Rate> sample(List<Copy.CollectionProgress> collections) {
        Map<Namespace, Amount> amounts = new HashMap<>();
        collections.forEach(c -> amounts.put(c.namespace(), new Amount(c.documents(), c.bytes())));
        Sample now = new Sample(System.nanoTime(), amounts);
        samples.addLast(now);
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
        Sample then = samples.getFirst();
        double seconds = Math.max(1e-3, (now.nanos() - then.nanos()) / 1e9);
        Map<Namespace, Progress.Rate> rates = new HashMap<>();
        amounts.forEach((namespace, amount) -> {
            Amount before = then.amounts().getOrDefault(namespace, amount);
            rates.put(
                    namespace,
                    new Progress.Rate(
                            Math.max(0, (amount.documents() - before.documents()) / seconds),
                            Math.max(0, (amount.bytes() - before.bytes()) / seconds)));
        });
        return Map.copyOf(rates);
    }
}
