/** Moves the application from one phase to the next and back: guards, steps, hooks. */
@NullMarked
package dev.changeover.phase;

import org.jspecify.annotations.NullMarked;
