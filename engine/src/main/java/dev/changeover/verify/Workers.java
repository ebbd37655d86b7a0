package dev.changeover.verify;

import dev.changeover.FailedException;
import dev.changeover.postgres.Pg;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Does tasks on some threads, each with a session of its own for the time of a task. The first failure ends them all. */
final class Workers {
    private final Pg pg;
    private final int threads;

    Workers(Pg pg, int threads) {
        this.pg = pg;
        this.threads = threads;
    }

    /** Done again as a whole when it fails for a passing reason. */
    interface Task {
        void run(Pg.Session session) throws InterruptedException;
    }

    void run(List<Task> tasks) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(
                threads, task -> Thread.ofPlatform().name("verify").daemon().unstarted(task));
        try {
            CompletionService<Boolean> done = new ExecutorCompletionService<>(pool);
            tasks.forEach(task -> done.submit(() -> tried(task)));
            for (int i = 0; i < tasks.size(); i++) {
                boolean unused = done.take().get();
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case FailedException failed -> throw failed;
                case InterruptedException stop -> throw stop;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            pool.shutdownNow();
            pool.close();
        }
    }

    private boolean tried(Task task) throws InterruptedException {
        return pg.until(() -> {
            try (Pg.Session session = pg.session("verify")) {
                task.run(session);
                return true;
            }
        });
    }
}
