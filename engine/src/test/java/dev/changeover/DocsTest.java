package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents may only name what is there: {@code `copy.ChunkCopy`} in ARCHITECTURE.md is a type of ours. */
class DocsTest {
    private static final Pattern TYPE = Pattern.compile("`([a-z]+)\\.([A-Z]\\w+)`");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#\\s]+)");

    @Test
    void everyTypeNamedInTheDocumentsExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path document : Repository.documents()) {
            Matcher named = TYPE.matcher(Files.readString(document));
            while (named.find()) {
                String source = "src/main/java/dev/changeover/%s/%s.java".formatted(named.group(1), named.group(2));
                if (!Files.exists(Repository.ROOT.resolve("engine").resolve(source))
                        && !Files.exists(Repository.ROOT.resolve("router").resolve(source))) {
                    missing.add(Repository.ROOT.relativize(document) + " names " + named.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyTestNamedInTheDocumentsExists() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path document : Repository.documents()) {
            Matcher named = TEST.matcher(Files.readString(document));
            while (named.find()) {
                var found = Repository.files("engine/src/test", f -> f.endsWith(named.group(1) + ".java"));
                if (found.isEmpty()
                        || (named.group(2) != null
                                && !Files.readString(found.getFirst()).contains(named.group(2) + "("))) {
                    missing.add(Repository.ROOT.relativize(document) + " names " + named.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyLinkBetweenTheDocumentsLeadsSomewhere() throws IOException {
        Set<String> missing = new TreeSet<>();
        for (Path document : Repository.documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                if (!Files.exists(document.resolveSibling(link.group(1)))) {
                    missing.add(Repository.ROOT.relativize(document) + " links to " + link.group(1));
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyInvariantIsInTheArchitecture() throws IOException {
        String architecture = Files.readString(Repository.ROOT.resolve("ARCHITECTURE.md"));
        assertThat(Arrays.stream(Invariant.values()).map(Invariant::name).filter(n -> !architecture.contains(n)))
                .isEmpty();
    }
}
