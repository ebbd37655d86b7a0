package dev.changeover.metrics;

import dev.changeover.run.Progress;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The figures and their names. All of one text are of one moment; what is not known is NaN. Confined to the thread that
 * asks for the text.
 */
final class Meters implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Supplier<Progress> source;
    private Progress now;

    Meters(Supplier<Progress> source) {
        this.source = source;
        now = source.get();
        followed("changeover.lag.seconds", "From the last cut to the source's time.", f -> seconds(f.lag()));
        followed(
                "changeover.events.behind",
                "Changes read that no cut has.",
                f -> f.behind().events());
        cut("changeover.cut.time.seconds", "Cluster time of the last cut, Unix time.", c -> c.at().seconds());
        cut(
                "changeover.exact",
                "1: cuts are MongoDB's state at one instant; 0: at it or later.",
                c -> c.exact() ? 1 : 0);
        followed(
                "changeover.oplog.window.seconds",
                "How far the stream's stored position is from the oplog's first entry.",
                f -> seconds(f.oplogWindow()));
        counter("changeover.events", "Changes read.", f -> f.counts().events());
        counter("changeover.documents", "Documents read anew.", f -> f.counts().documents());
        counter("changeover.rows", "Rows written.", f -> f.counts().rows());
        counter(
                "changeover.cuts",
                "Cuts taken since the migration began.",
                f -> f.cut().map(Spool.Cut::number).orElse(0L));
        gauge(
                "changeover.copied.documents",
                "Documents copied.",
                p -> p.collections().stream()
                        .mapToLong(line -> line.of().documents())
                        .sum());
        new JvmMemoryMetrics().bindTo(registry);
    }

    private void gauge(String name, String about, ToDoubleFunction<Progress> value) {
        Gauge unused = Gauge.builder(name, () -> value.applyAsDouble(now))
                .description(about)
                .register(registry);
    }

    private void followed(String name, String about, ToDoubleFunction<Following> value) {
        gauge(name, about, p -> p.following().map(value::applyAsDouble).orElse(Double.NaN));
    }

    private void cut(String name, String about, ToDoubleFunction<Spool.Cut> value) {
        followed(name, about, f -> f.cut().map(value::applyAsDouble).orElse(Double.NaN));
    }

    private void counter(String name, String about, ToDoubleFunction<Following> value) {
        FunctionCounter unused = FunctionCounter.builder(
                        name,
                        this,
                        of -> of.now.following().map(value::applyAsDouble).orElse(0.0))
                .description(about)
                .register(registry);
    }

    private static double seconds(Optional<Duration> time) {
        return time.map(Duration::toSeconds).map(Long::doubleValue).orElse(Double.NaN);
    }

    String text() {
        now = source.get();
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
