package dev.changeover.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.state.Watch.Limits;
import java.time.Duration;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ThrottleTest {
    private static Duration timeOf(Throttle throttle, int documents, int length) throws InterruptedException {
        long begun = System.nanoTime();
        for (int i = 0; i < documents; i++) {
            throttle.pass(length);
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Test
    void withoutALimitNothingWaits() throws InterruptedException {
        assertThat(timeOf(new Throttle(), 100_000, 1_000)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void documentsAndBytesAreBothHeldToTheirLimit() throws InterruptedException {
        Throttle throttle = new Throttle();
        throttle.limits(new Limits(OptionalDouble.of(1_000), OptionalDouble.empty()));
        assertThat(timeOf(throttle, 500, 1)).isBetween(Duration.ofMillis(400), Duration.ofMillis(2_000));
        throttle.limits(new Limits(OptionalDouble.empty(), OptionalDouble.of(1)));
        assertThat(timeOf(throttle, 5, 100_000)).isBetween(Duration.ofMillis(400), Duration.ofMillis(2_000));
    }

    @Test
    @Timeout(10)
    void whoWaitsIsSetFreeWhenTheLimitIsLifted() throws InterruptedException {
        Throttle throttle = new Throttle();
        throttle.limits(new Limits(OptionalDouble.of(0.001), OptionalDouble.empty()));
        Thread waiting = Thread.ofVirtual().start(() -> {
            try {
                timeOf(throttle, 3, 1);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        throttle.limits(Limits.NONE);
        waiting.join();
    }
}
