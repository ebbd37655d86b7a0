package dev.changeover.demo;

import dev.changeover.run.Progress;
import dev.changeover.run.Run;
import java.time.Duration;
import java.util.function.Consumer;

/** The act in which the application writes on and PostgreSQL follows, for everybody to see. */
final class LiveAct {
    private final DemoSettings settings;
    private final Consumer<Scene> audience;
    private final Clerks clerks;
    private final Watching watching;

    LiveAct(DemoSettings settings, Consumer<Scene> audience, Clerks clerks, Watching watching) {
        this.settings = settings;
        this.audience = audience;
        this.clerks = clerks;
        this.watching = watching;
    }

    /** At its end nobody writes, nobody follows, and PostgreSQL has all. */
    void play(Run run, String file) throws InterruptedException {
        try (Follower follower = new Follower(run, file).start()) {
            Watching.Check check = () -> {
                follower.check();
                clerks.check();
            };
            // What was written since the copy ended is caught up first: that is not how far a follower lags.
            Duration first = watching.marker(check);
            audience.accept(
                    new Scene.Line("It goes on where the copy ended, and has caught up after " + words(first) + "."));
            show(run, check);
            clerks.close();
            clerks.check();
            Duration last = watching.marker(follower::check);
            audience.accept(new Scene.Line("The application stops after "
                    + Demo.number(clerks.done().of(Done.Kind.WRITE))
                    + " writes; PostgreSQL has the last of them " + words(last) + " later."));
            follower.close();
            follower.check();
        }
        watching.mistake().map(Scene.Line::new).ifPresent(audience);
    }

    private void show(Run run, Watching.Check check) throws InterruptedException {
        long begun = System.nanoTime();
        long writtenBefore = clerks.done().of(Done.Kind.WRITE);
        long drawn = begun;
        Scene.Following scene;
        do {
            watching.round(check);
            long now = System.nanoTime();
            scene = scene(Duration.ofNanos(now - begun), writtenBefore, run.progress());
            if (now - drawn >= settings.redraw().toNanos()) {
                audience.accept(scene);
                drawn = now;
            }
        } while (scene.elapsed().compareTo(settings.following()) < 0);
        audience.accept(scene);
    }

    private Scene.Following scene(Duration elapsed, long writtenBefore, Progress progress) {
        Done done = clerks.done();
        long writes = done.of(Done.Kind.WRITE);
        return new Scene.Following(
                elapsed,
                new Scene.Written(
                        writes,
                        (writes - writtenBefore) * 1e9 / elapsed.toNanos(),
                        done.of(Done.Kind.ORDER),
                        done.of(Done.Kind.CANCELLED),
                        done.of(Done.Kind.CONFLICT)),
                watching.followed(
                        progress.following().map(f -> f.counts().rows()).orElse(0L)),
                watching.looks());
    }

    private static String words(Duration duration) {
        return duration.toMillis() < 10_000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
    }
}
