/** One file per command; the only place that knows arguments, terminals and exit codes. */
@NullMarked
package dev.changeover.cli;

import org.jspecify.annotations.NullMarked;
