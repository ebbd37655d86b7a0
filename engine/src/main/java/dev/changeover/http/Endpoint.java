package dev.changeover.http;

import java.io.IOException;

/**
 * What is answered at one path for one method. A path that ends with {@code /*} stands for all with one more part, which
 * {@link Asked#name} tells.
 */
public record Endpoint(String method, String path, Answerer answerer) {
    private static final String NAMED = "/*";

    /** Answers by exactly one of the methods of {@link Asked} that do, or throws. */
    public interface Answerer {
        void answer(Asked asked) throws IOException, InterruptedException;
    }

    boolean isAt(String asked) {
        if (!path.endsWith(NAMED)) {
            return path.equals(asked);
        }
        String before = path.substring(0, path.length() - 1);
        return asked.startsWith(before) && asked.length() > before.length() && asked.indexOf('/', before.length()) < 0;
    }
}
