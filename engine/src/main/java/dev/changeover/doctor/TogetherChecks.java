package dev.changeover.doctor;

import dev.changeover.doctor.Check.Area;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What depends on both ends: space, time, and which way suits. */
final class TogetherChecks {
    private static final Area AREA = Area.TOGETHER;

    /** Rows are about as large as their documents; keys, indexes and write-ahead log come on top. */
    private static final double GROWTH = 2.0;

    private static final long LARGE = 50_000_000_000L;

    private final Doctor.Source source;
    private final Doctor.Target target;

    TogetherChecks(Doctor.Source source, Doctor.Target target) {
        this.source = source;
        this.target = target;
    }

    List<Check> all() {
        List<Check> checks = new ArrayList<>();
        checks.add(space());
        checks.add(time());
        indexes().ifPresent(checks::add);
        checks.add(way());
        return checks;
    }

    private Duration copyTime() {
        return SourceAdvice.copyTime(source.bytes());
    }

    private Check space() {
        long needed = (long) (source.bytes() * GROWTH);
        return Check.unknown(
                AREA,
                "space",
                "the copy needs about " + Quantity.bytes(needed)
                        + " on PostgreSQL's disk (rows, indexes, log); how much"
                        + " is free there cannot be asked by SQL",
                "Look at the disk (df) or at the provider's page before the copy.");
    }

    private Check time() {
        String name = "copy time";
        String estimate = "about " + Quantity.time(copyTime()) + " for " + Quantity.bytes(source.bytes()) + " at "
                + Quantity.bytes(SourceAdvice.RATE) + "/s";
        Optional<Duration> window = SourceAdvice.window(source.server());
        if (window.isEmpty()) {
            return Check.ok(AREA, name, estimate);
        }
        long percent = copyTime().toSeconds() * 100 / Math.max(1, window.get().toSeconds());
        return percent <= 50
                ? Check.ok(AREA, name, estimate + ", within the oplog window of " + Quantity.time(window.get()))
                : Check.warn(
                        AREA,
                        name,
                        estimate + ", but the oplog holds " + Quantity.time(window.get())
                                + ": what is written meanwhile may be lost to the follower",
                        resize(percent));
    }

    private String resize(long percent) {
        long megabytes = source.server().oplog().orElseThrow().maxBytes() / 1_000_000 * Math.max(percent, 50) / 50;
        return "Enlarge the oplog first: db.adminCommand({replSetResizeOplog: 1, size: " + Math.max(990, megabytes)
                + "}) on each member.";
    }

    private Optional<Check> indexes() {
        boolean geo = source.collections().stream()
                .flatMap(c -> c.indexes().stream())
                .anyMatch(index -> index.contains("2dsphere"));
        if (!geo) {
            return Optional.empty();
        }
        return Optional.of(
                target.around().extensions().contains("postgis")
                        ? Check.ok(AREA, "geography", "2dsphere indexes can become PostGIS ones: postgis is available")
                        : Check.warn(
                                AREA,
                                "geography",
                                "there are 2dsphere indexes, and this PostgreSQL does not have postgis",
                                "Install PostGIS on the server if places must be searched by index."));
    }

    private Check way() {
        String name = "way";
        if (!source.server().abilities().changeStream().works()) {
            return Check.warn(
                    AREA,
                    name,
                    "a dump: this source cannot be followed while it is written to",
                    "See \"source\" above for the commands; or mend what is wrong above and come again.");
        }
        if (source.bytes() < LARGE) {
            return Check.ok(AREA, name, "under 50 GB: changeover plan, then changeover run, with nothing to prepare");
        }
        return Check.ok(
                AREA,
                name,
                "above 50 GB: changeover run, on a machine beside PostgreSQL, reading from a secondary, begun in quiet"
                        + " hours; a restored dump as the source spares production altogether, but is not followed");
    }
}
