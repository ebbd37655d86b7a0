package dev.changeover.bench;

import java.util.Collection;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link RouterBench}. */
final class RouterPart {
    private static final double MOST_NANOS = 20_000;

    private RouterPart() {}

    static Figures measure() {
        Figures figures = new Figures("router");
        for (RunResult result : results()) {
            String name = result.getPrimaryResult().getLabel() + ", phase "
                    + result.getParams().getParam("phase");
            double nanos = result.getPrimaryResult().getScore();
            figures.add(name, "ns", nanos);
            figures.ratio(name + ": share of what it may cost", nanos / MOST_NANOS);
        }
        return figures;
    }

    private static Collection<RunResult> results() {
        try {
            return new Runner(new OptionsBuilder()
                            .include(RouterBench.class.getSimpleName())
                            .build())
                    .run();
        } catch (RunnerException e) {
            throw new IllegalStateException("measure the router", e);
        }
    }
}
