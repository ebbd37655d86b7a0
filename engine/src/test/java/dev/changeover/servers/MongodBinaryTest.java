package dev.changeover.servers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MongodBinaryTest {
    @ParameterizedTest
    @CsvSource({"4.4.0,true", "4.2.24,false", "6.0.5,true", "8.2.1-rc0,true", "10.0.0,true", "odd,false", "4,false"})
    void onlyVersionsFrom44AreUsed(String version, boolean used) {
        assertThat(MongodBinary.newEnough(version)).isEqualTo(used);
    }
}
