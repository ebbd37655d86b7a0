package dev.changeover.cli;

import dev.changeover.demo.Scene;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Draws how PostgreSQL follows in the demo. Pure. */
final class FollowingScene {
    private FollowingScene() {}

    /** The figures, for a terminal. */
    static List<String> lines(Scene.Following scene) {
        Scene.Written written = scene.written();
        Scene.Followed followed = scene.followed();
        return List.of(
                String.format(
                        Locale.ROOT,
                        "MongoDB     %,8d writes, %,.0f/s; %,d orders placed, %,d cancelled, %,d write conflicts",
                        written.writes(),
                        written.perSecond(),
                        written.orders(),
                        written.cancelled(),
                        written.conflicts()),
                String.format(
                        Locale.ROOT,
                        "PostgreSQL  %,8d cuts, %,d rows written; lag %s, median %s, longest %s",
                        followed.cuts(),
                        followed.rows(),
                        lag(followed.now()),
                        lag(followed.median()),
                        lag(followed.longest())),
                String.format(
                        Locale.ROOT,
                        "The sum     %,8d in MongoDB, and in PostgreSQL in %s, at %,d states",
                        scene.looks().pieces(),
                        right(scene.looks()),
                        scene.looks().states()));
    }

    /** In one line, where there is no terminal. */
    static String plain(Scene.Following scene) {
        return String.format(
                Locale.ROOT,
                "%d s: %,d writes, %,.0f/s; %,d cuts, %,d rows, lag %s; %s",
                scene.elapsed().toSeconds(),
                scene.written().writes(),
                scene.written().perSecond(),
                scene.followed().cuts(),
                scene.followed().rows(),
                lag(scene.followed().now()),
                "the sum right in " + right(scene.looks()));
    }

    private static String right(Scene.Looks looks) {
        return String.format(Locale.ROOT, "%,d of %,d looks", looks.looks() - looks.wrong(), looks.looks());
    }

    private static String lag(Duration lag) {
        return lag.toMillis() + " ms";
    }
}
