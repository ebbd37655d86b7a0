package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return Main.run(Output.to(out, err, Map.of()), args);
    }

    @Test
    void helpGoesToOutAndIsNoFailure() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Usage: changeover", "MONGO_URI", "Exit codes");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aWrongOptionIsNamedWithTheWayToHelpAndEndsWith2() {
        assertThat(run("--nonsense")).isEqualTo(2);
        assertThat(err.toString()).contains("--nonsense", "changeover --help");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aLogOfAnUnknownFormatIsWrongUse() {
        assertThat(run("status", "--log", "xml")).isEqualTo(2);
        assertThat(err.toString()).contains("xml", "--log json");
    }

    @Test
    void withoutACommandItSaysSo() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("which command?");
    }

    @Test
    void everyKindOfFailureHasItsCodeAndItsRemedy() {
        Output output = Output.to(out, err, Map.of());
        assertThat(Explanation.of(failed(new Failure.Unreachable("ask", "no answer", "start it")), output))
                .isEqualTo(3);
        assertThat(Explanation.of(failed(new Failure.WrongUse("read", "no file", "give one")), output))
                .isEqualTo(2);
        assertThat(Explanation.of(failed(new Failure.Refused("make", "not mine", "move it")), output))
                .isEqualTo(4);
        assertThat(Explanation.of(failed(new Failure.Transient("copy", "lost", Duration.ZERO)), output))
                .isEqualTo(3);
        assertThat(Explanation.of(failed(new Failure.Broken("check", "1 <> 2")), output))
                .isEqualTo(70);
        assertThat(err.toString()).contains("ask: no answer", "start it", "give one", "move it");
    }

    @Test
    void whatNobodySortedIsABugWithItsTraceInAFile() {
        assertThat(Explanation.of(new IllegalStateException("odd"), Output.to(out, err, Map.of())))
                .isEqualTo(70);
        assertThat(err.toString())
                .contains("a bug of Changeover", "odd", "changeover-bug-")
                .doesNotContain("\tat ");
    }

    @Test
    void passwordsAreNeverShown() {
        var failure = new Failure.Unreachable("reach mongodb://ann:s3cret@host/db", "password=s3cret is wrong", "look");
        Explanation.of(failed(failure), Output.to(out, err, Map.of()));
        assertThat(err.toString()).contains("ann:***@host").doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "mongodb+srv://a:b%40c@h/d?x=1,mongodb+srv://a:***@h/d?x=1",
        "jdbc:postgresql://h/d?user=u&password=p&ssl=true,jdbc:postgresql://h/d?user=u&password=***&ssl=true",
        "postgresql://u@h:5432/d,postgresql://u@h:5432/d",
        "at 12:30 a@b,at 12:30 a@b"
    })
    void onlyThePasswordIsTakenOut(String text, String shown) {
        assertThat(Redacted.of(text)).isEqualTo(shown);
    }

    private static FailedException failed(Failure failure) {
        return new FailedException(failure);
    }
}
