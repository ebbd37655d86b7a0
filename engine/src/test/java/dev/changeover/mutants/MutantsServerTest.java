package dev.changeover.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The test of the tests: with each guard taken out of the engine, a test fails; with all of them there, none does. */
class MutantsServerTest {
    /** Some faults show in a race only, and a test may miss it; which ones, {@code -Dtries=1} shows. */
    private static final int TRIES = Integer.getInteger("tries", 3);

    @TempDir
    Path folder;

    @BeforeAll
    static void needsSources() {
        assumeTrue(Mutant.sourcesAreThere(), "the sources are not beside the tests");
    }

    /** Of them those whose name or guard contains {@code -Dmutant=}. */
    static Stream<Mutant> mutants() {
        String wanted = System.getProperty("mutant", "");
        return Mutants.ALL.stream()
                .filter(mutant ->
                        mutant.name().contains(wanted) || mutant.guard().contains(wanted));
    }

    @Test
    void withoutAFaultTheTestsPass() throws IOException, InterruptedException {
        TreeSet<String> tests = new TreeSet<>();
        mutants().forEach(mutant -> tests.add(mutant.test()));
        ChildJvm.Result result = new ChildJvm(folder).run(folder, tests);
        assertThat(result.outcome()).as(result.output()).isEqualTo(ChildJvm.Outcome.PASSED);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mutants")
    void aTestFailsForEveryFault(Mutant mutant) throws IOException, InterruptedException {
        compile(mutant);
        ChildJvm.Result result = new ChildJvm(folder).run(folder, List.of(mutant.test()));
        for (int more = 1; more < TRIES && result.outcome() == ChildJvm.Outcome.PASSED; more++) {
            result = new ChildJvm(folder).run(folder, List.of(mutant.test()));
        }
        assertThat(result.outcome())
                .as("%s without its guard (%s):\n%s", mutant.test(), mutant.guard(), result.output())
                .isEqualTo(ChildJvm.Outcome.FAILED);
        assertThat(result.output()).contains(mutant.red());
    }

    /** Only the one file, against the classes that are there. */
    private void compile(Mutant mutant) throws IOException {
        Path source = folder.resolve(Objects.requireNonNull(mutant.file().getFileName()));
        Files.writeString(source, mutant.source());
        JavaCompiler compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK, not a JRE");
        int code = compiler.run(
                null,
                null,
                null,
                "--release",
                "21",
                "-proc:none",
                "-implicit:none",
                "-nowarn",
                "-sourcepath",
                folder.resolve("none").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
        assertThat(code).as("mutant '%s' compiles", mutant.name()).isZero();
    }
}
