/** What a MongoDB index becomes in PostgreSQL, given the plan's columns. Pure. */
@NullMarked
package dev.changeover.index;

import org.jspecify.annotations.NullMarked;
