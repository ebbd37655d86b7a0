/** The long-running process: its steps, its threads, its progress. */
@NullMarked
package dev.changeover.run;

import org.jspecify.annotations.NullMarked;
