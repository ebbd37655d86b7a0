package dev.changeover.cli;

import dev.changeover.Namespace;
import java.util.List;
import java.util.regex.Pattern;

/** The collections meant by --include and --exclude: {@code shop.*}, {@code *_old}; without a dot, of any database. */
final class NamespaceGlobs {
    private final List<String> include;
    private final List<String> exclude;

    NamespaceGlobs(List<String> include, List<String> exclude) {
        this.include = List.copyOf(include);
        this.exclude = List.copyOf(exclude);
    }

    boolean match(Namespace namespace) {
        boolean in = include.isEmpty() || include.stream().anyMatch(glob -> matches(glob, namespace));
        return in && exclude.stream().noneMatch(glob -> matches(glob, namespace));
    }

    private static boolean matches(String glob, Namespace namespace) {
        StringBuilder pattern = new StringBuilder();
        for (char c : glob.toCharArray()) {
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        Pattern whole = Pattern.compile(pattern.toString(), Pattern.DOTALL);
        boolean any =
                glob.indexOf('.') < 0 && whole.matcher(namespace.collection()).matches();
        return any || whole.matcher(namespace.toString()).matches();
    }
}
