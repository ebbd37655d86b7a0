/** Dirty keys from the change stream to cuts: PostgreSQL at one exact instant of MongoDB after the other. */
@NullMarked
package dev.changeover.follow;

import org.jspecify.annotations.NullMarked;
