package dev.changeover.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A fault put into the engine on purpose: in {@code file}, a path below the package {@code dev.changeover}, the text {@code
 * find} becomes {@code replacement}. Then {@code test}, a class below that package and a method, must fail, and its
 * failure must say {@code red}, so that it fails for this fault and not for another.
 */
record Mutant(String name, String guard, Place place, String replacement, String test, String red) {
    private static final Path ENGINE = Repository.ROOT.resolve("engine/src/main/java");
    private static final Path ROUTER = Repository.ROOT.resolve("router/src/main/java");

    /** {@code find} stands in {@code file} exactly once. */
    record Place(String file, String find) {}

    static boolean sourcesAreThere() {
        return Files.isDirectory(ENGINE);
    }

    /** The source file. */
    Path file() {
        Path main = place.file().startsWith("router/") ? ROUTER : ENGINE;
        return main.resolve("dev/changeover").resolve(place.file());
    }

    /** The source with the fault in it. */
    String source() throws IOException {
        assertThat(file()).as("the source of mutant '%s': has it moved?", name).exists();
        String text = Files.readString(file());
        int first = text.indexOf(place.find());
        assertThat(first >= 0 && first == text.lastIndexOf(place.find()))
                .as(
                        "mutant '%s': its text stands in %s exactly once. The code has changed: adapt the mutant, so that it"
                                + " still breaks this guard: %s. Its text: %s",
                        name, place.file(), guard, place.find())
                .isTrue();
        return text.replace(place.find(), replacement);
    }

    @Override
    public String toString() {
        return name;
    }
}
