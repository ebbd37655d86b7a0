package dev.changeover.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0,0 bytes",
        "999,999 bytes",
        "1000,1.0 kB",
        "9949,9.9 kB",
        "9960,10 kB",
        "999600,1.0 MB",
        "50000000000,50 GB"
    })
    void sizesHaveTwoOrThreeDigits(long bytes, String text) {
        assertThat(Quantity.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"45,45 s", "90,2 min", "5400,2 h", "7200,2 h", "172800,2 days"})
    void timesAreRounded(long seconds, String text) {
        assertThat(Quantity.time(Duration.ofSeconds(seconds))).isEqualTo(text);
    }
}
