/** f(document) to rows, compiled from the plan, and back. Pure; the hot path. */
@NullMarked
package dev.changeover.mapping;

import org.jspecify.annotations.NullMarked;
