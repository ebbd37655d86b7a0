/** What a run does, as figures that Prometheus can fetch. */
@NullMarked
package dev.changeover.metrics;

import org.jspecify.annotations.NullMarked;
