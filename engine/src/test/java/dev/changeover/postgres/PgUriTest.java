package dev.changeover.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgUriTest {
    @ParameterizedTest
    @CsvSource({
        "postgresql://localhost/shop, jdbc:postgresql://localhost:5432/shop",
        "postgres://h:6000/shop, jdbc:postgresql://h:6000/shop",
        "postgresql:///shop, jdbc:postgresql://localhost:5432/shop",
        "postgresql://ann@h, jdbc:postgresql://h:5432/ann",
        "'postgresql://a:1,b:2/shop', 'jdbc:postgresql://a:1,b:2/shop'",
        "postgresql://[::1]:6000/shop, jdbc:postgresql://[::1]:6000/shop",
        "postgresql://h/my%20shop%2F2, jdbc:postgresql://h:5432/my%20shop%2F2",
        "jdbc:postgresql://h:6000/shop?user=ann&password=x, jdbc:postgresql://h:6000/shop",
        "jdbc:postgresql:shop?user=ann, jdbc:postgresql://localhost:5432/shop",
        "'jdbc:postgresql://a:1,b:2/shop?user=ann', 'jdbc:postgresql://a:1,b:2/shop'",
    })
    void hostsPortsAndDatabaseAreTakenOver(String given, String url) {
        assertThat(PgUri.parse(given).url()).isEqualTo(url);
    }

    @Test
    void userAndPasswordMayHoldAnyCharacterWrittenInPercent() {
        var properties = PgUri.parse("postgresql://a%40b:p%3A%2F%3F%23+%25@h/d").properties();
        assertThat(properties).containsEntry("user", "a@b").containsEntry("password", "p:/?#+%");
    }

    @Test
    void libpqParametersReachTheDriverUnderItsOwnNames() {
        var properties = PgUri.parse("postgresql://h/d?sslmode=verify-full&connect_timeout=3&user=u"
                        + "&target_session_attrs=read-write&options=-c%20work_mem%3D1MB&keepalives_idle=5")
                .properties();
        assertThat(properties)
                .containsEntry("sslmode", "verify-full")
                .containsEntry("connectTimeout", "3")
                .containsEntry("user", "u")
                .containsEntry("targetServerType", "primary")
                .containsEntry("options", "-c work_mem=1MB");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "shop",
                "mysql://h/d",
                "postgresql://h:port/d",
                "postgresql://u:p:w@h:99999/d",
                "postgresql://u:a%zz@h/d",
                "postgresql://h/d?nonsense=1",
                "postgresql://h/d?x",
                "postgresql://%2Ftmp/d",
                "postgresql://h/d?target_session_attrs=standby",
                "jdbc:postgresql://h:x/d"
            })
    void aWrongUriIsWrongUseAndShowsTheRightForm(String text) {
        assertThatThrownBy(() -> PgUri.parse(text))
                .asInstanceOf(InstanceOfAssertFactories.type(FailedException.class))
                .satisfies(e -> assertThat(e.failure())
                        .isInstanceOfSatisfying(
                                Failure.WrongUse.class,
                                f -> assertThat(f.remedy()).contains("postgresql://USER")));
    }

    @Test
    void nothingThatIsShownHoldsThePassword() {
        for (String text : new String[] {
            "postgresql://ann:secret@h/d",
            "jdbc:postgresql://h/d?user=ann&password=secret",
            "postgresql://h/d?password=secret"
        }) {
            PgUri uri = PgUri.parse(text);
            assertThat(uri.toString() + uri.url() + uri.shown()).doesNotContain("secret");
        }
    }

    @Test
    void howLongTheServerMayBeSilentIsSaidAsEachKindOfUriSaysIt() {
        assertThat(PgUri.parse("postgresql://u@h/d").silence()).isEqualTo(Duration.ofMinutes(2));
        assertThat(PgUri.parse("postgresql://u@h/d?tcp_user_timeout=30000").silence())
                .isEqualTo(Duration.ofSeconds(30));
        assertThat(PgUri.parse("jdbc:postgresql://h/d?user=u&socketTimeout=7").silence())
                .isEqualTo(Duration.ofSeconds(7));
    }
}
