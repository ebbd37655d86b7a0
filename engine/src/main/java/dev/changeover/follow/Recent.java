package dev.changeover.follow;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.state.Spool.Dirty;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The documents that the last cuts brought, a thousand of them at most. Thread-safe. */
final class Recent {
    private static final int MOST = 1_000;

    private final Deque<Dirty> last = new ArrayDeque<>();

    synchronized void add(List<Dirty> brought) {
        last.addAll(brought.subList(Math.max(0, brought.size() - MOST), brought.size()));
        while (last.size() > MOST) {
            last.removeFirst();
        }
    }

    /** Of the latest, {@code most} at most. */
    synchronized Map<Namespace, List<IdBound>> keys(int most) {
        Map<Namespace, Set<IdBound>> keys = new LinkedHashMap<>();
        last.stream()
                .skip(Math.max(0, last.size() - most))
                .forEach(one -> keys.computeIfAbsent(one.namespace(), n -> new LinkedHashSet<>())
                        .add(one.key()));
        Map<Namespace, List<IdBound>> lists = new LinkedHashMap<>();
        keys.forEach((namespace, of) -> lists.put(namespace, new ArrayList<>(of)));
        return lists;
    }
}
