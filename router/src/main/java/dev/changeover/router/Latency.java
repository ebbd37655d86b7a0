package dev.changeover.router;

import java.time.Duration;

/** How long something took: of so many the half, 99 %, and all took at most that long, up to a quarter more. */
public record Latency(long count, Duration median, Duration of99Percent, Duration most) {}
