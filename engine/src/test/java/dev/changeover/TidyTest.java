package dev.changeover;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What no compiler checks about our own files. Each rule's reason is in CONTRIBUTING.md. */
class TidyTest {
    private static final int LINES_MAX = 500;
    private static final int METHOD_LINES_MAX = 40;
    private static final Pattern TASK = Pattern.compile("\\b(TODO|FIXME|XXX)\\b(?!.*#\\d+)");
    private static final Pattern DEFAULT = Pattern.compile("^default\\s*(->|:)");
    private static final Pattern OPEN_CASE = Pattern.compile("^case (\"|'|-?\\d|\\w+\\.[A-Z_]+\\b)");
    private static final Pattern TYPE_DECLARATION = Pattern.compile("\\b(class|interface|enum|record)\\b [A-Z]");
    private static final Pattern SENTENCE =
            Pattern.compile("/\\*\\*[\\s*]+\\p{L}[^@]*\\.\\s*(\\*/|\\*?\\s)", Pattern.DOTALL);

    private final List<String> findings = new ArrayList<>();

    @Test
    void sourcesAreTidy() throws IOException {
        for (Path file : java()) {
            List<String> lines = Files.readAllLines(file);
            if (lines.size() > LINES_MAX) {
                find(file, 1, lines.size() + " lines; make it two nouns");
            }
            boolean main = file.toString().contains("/src/main/");
            for (int i = 0; i < lines.size(); i++) {
                line(file, i + 1, lines, main);
            }
        }
        assertThat(String.join("\n", findings)).isEmpty();
    }

    private void line(Path file, int number, List<String> lines, boolean main) {
        String line = lines.get(number - 1).strip();
        if (main && DEFAULT.matcher(line).find() && !overAnOpenSet(lines, number - 1)) {
            find(file, number, "a default hides the next case");
        }
        if (TASK.matcher(line).find() && !file.endsWith("TidyTest.java")) {
            find(file, number, "a task without an issue's number is forgotten");
        }
        if (line.startsWith("@SuppressWarnings")
                && !annotation(lines, number - 1).contains("// ")) {
            find(file, number, "say beside it why the check is wrong here");
        }
    }

    /** Whether the switch that the default belongs to is over texts or numbers, which have no last case. */
    private static boolean overAnOpenSet(List<String> lines, int at) {
        int indent = lines.get(at).indexOf("default");
        for (int i = at - 1; i >= 0; i--) {
            if (lines.get(i).indexOf("case ") == indent) {
                return OPEN_CASE.matcher(lines.get(i).strip()).find();
            }
        }
        return false;
    }

    private static String annotation(List<String> lines, int from) {
        int end = from;
        while (!lines.get(end).contains(")")) {
            end++;
        }
        return String.join(" ", lines.subList(from, end + 1));
    }

    @Test
    void methodsFitAScreen() throws IOException {
        for (Path file : java()) {
            if (file.toString().contains("/src/main/")) {
                methods(file, Files.readAllLines(file));
            }
        }
        assertThat(String.join("\n", findings)).isEmpty();
    }

    /**
     * Relies on the formatter: a method's brace stands in the column where its declaration begins. Lines that are one
     * case of a switch do not count: a table is no harder to read for being long.
     */
    private void methods(Path file, List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.strip().equals("}")) {
                continue;
            }
            int begin = opening(lines, i, line.indexOf('}'));
            String declaration = begin < 0 ? "" : lines.get(begin);
            long length = lines.subList(Math.max(begin, 0), i + 1).stream()
                    .filter(l -> !l.strip().startsWith("case "))
                    .count();
            if (declaration.contains("(")
                    && !TYPE_DECLARATION.matcher(declaration).find()
                    && length > METHOD_LINES_MAX) {
                find(file, begin + 1, "a method of " + length + " lines; give its parts names");
            }
        }
    }

    private static int opening(List<String> lines, int end, int indent) {
        for (int i = end - 1; i >= 0; i--) {
            String line = lines.get(i);
            boolean same = !line.isBlank() && line.indexOf(line.strip()) == indent;
            if (same && !line.strip().startsWith("}") && !line.strip().startsWith("//")) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        Set<Path> packages = new TreeSet<>();
        for (Path file : java()) {
            if (file.toString().contains("/src/main/")) {
                packages.add(file.getParent());
            }
        }
        for (Path folder : packages) {
            Path info = folder.resolve("package-info.java");
            String text = Files.exists(info) ? Files.readString(info) : "";
            if (!SENTENCE.matcher(text).find() || !text.contains("@NullMarked")) {
                find(info, 1, "a package has a sentence that says what it is, and @NullMarked");
            }
            if (Repository.ROOT.relativize(folder).getNameCount() > 7) { // engine/src/main/java/dev/changeover/NAME
                find(info, 1, "packages do not nest");
            }
        }
        assertThat(String.join("\n", findings)).isEmpty();
    }

    private static List<Path> java() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String module : List.of("router", "engine", "bench")) {
            files.addAll(Repository.files(module + "/src", f -> f.toString().endsWith(".java")));
        }
        return files;
    }

    private void find(Path file, int line, String what) {
        findings.add(Repository.ROOT.relativize(file) + ":" + line + ": " + what);
    }
}
