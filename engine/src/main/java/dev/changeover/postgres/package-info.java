/** The target's edge: DDL, COPY, transactions. */
@NullMarked
package dev.changeover.postgres;

import org.jspecify.annotations.NullMarked;
