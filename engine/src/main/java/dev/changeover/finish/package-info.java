/** What the filled tables can promise of their rows, and how they come to promise it while they are followed. */
@NullMarked
package dev.changeover.finish;

import org.jspecify.annotations.NullMarked;
