package dev.changeover.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Failure;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlFailureTest {
    private static Failure sort(String state) {
        return SqlFailure.sort("copy", new SQLException("server says", state));
    }

    @ParameterizedTest
    @ValueSource(strings = {"08000", "08003", "08006", "57P01", "57P03", "40001", "40P01", "53300"})
    void whatPassesByItselfIsTriedAgain(String state) {
        assertThat(sort(state)).isInstanceOf(Failure.Transient.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"53100", "42501", "28P01", "28000", "3D000", "25006", "42P07", "54000", "23505", "53200"})
    void whatAPersonMustMendIsRefusedWithTheRemedy(String state) {
        assertThat(sort(state))
                .isInstanceOfSatisfying(
                        Failure.Refused.class,
                        refused -> assertThat(refused.remedy()).isNotBlank());
    }

    @Test
    void aFullDiskSaysThatTheRunGoesOnWhereItStopped() {
        assertThat(sort("53100"))
                .isInstanceOfSatisfying(
                        Failure.Refused.class,
                        refused -> assertThat(refused.remedy())
                                .contains("disk space")
                                .contains("goes on where it stopped"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"22021", "22P03", "22P05", "XX000", "99999"})
    void whatMustNotHappenIsABug(String state) {
        assertThat(sort(state)).isInstanceOf(Failure.Broken.class);
    }

    @Test
    void thePoolsWrappingDoesNotHideTheCause() {
        SQLException wrapped =
                new SQLTransientConnectionException("timed out", null, new SQLException("no such role", "28000"));
        assertThat(SqlFailure.sort("connect", wrapped)).isInstanceOf(Failure.Refused.class);
        assertThat(SqlFailure.sort("connect", new SQLTransientConnectionException("timed out")))
                .isInstanceOf(Failure.Transient.class);
    }
}
