package dev.changeover.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CopySettingsTest {
    private static final long GB = 1L << 30;

    @Test
    void workersFitCoresMemoryAndConnections() {
        assertThat(CopySettings.fitting(2, OptionalInt.empty(), 4 * GB, 90).workers())
                .isEqualTo(4);
        assertThat(CopySettings.fitting(64, OptionalInt.empty(), 64 * GB, 90).workers())
                .isEqualTo(16);
        assertThat(CopySettings.fitting(64, OptionalInt.empty(), 256L << 20, 90).workers())
                .isEqualTo(5);
        assertThat(CopySettings.fitting(8, OptionalInt.empty(), 4 * GB, 6).workers())
                .isEqualTo(3);
        assertThat(CopySettings.fitting(1, OptionalInt.empty(), 16L << 20, 0).workers())
                .isEqualTo(1);
    }

    @Test
    void aSourceWithFewerCoresIsNotAskedForMoreThanItCanServe() {
        assertThat(CopySettings.fitting(8, OptionalInt.of(2), 4 * GB, 90).workers())
                .isEqualTo(4);
        assertThat(CopySettings.fitting(2, OptionalInt.of(64), 4 * GB, 90).workers())
                .isEqualTo(4);
    }

    @Test
    void aSmallCollectionIsSharedOutAndAHugeOneHasNotTooManyChunks() {
        CopySettings settings = CopySettings.fitting(2, OptionalInt.empty(), 4 * GB, 90);
        assertThat(settings.chunkBytes(160L << 20)).isEqualTo(10L << 20);
        assertThat(settings.chunkBytes(1L << 20)).isEqualTo(4L << 20);
        assertThat(settings.chunkBytes(100 * GB)).isEqualTo(64L << 20);
        assertThat(10_000 * GB / settings.chunkBytes(10_000 * GB)).isLessThanOrEqualTo(20_000);
    }

    @Test
    void wrongSettingsAreRefusedNotCorrected() {
        assertThatThrownBy(() -> new CopySettings(0, 1 << 20, Duration.ZERO, GB))
                .hasMessageContaining("workers");
        assertThatThrownBy(() -> new CopySettings(1, 10, Duration.ZERO, GB)).hasMessageContaining("bytes");
    }
}
