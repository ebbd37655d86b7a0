/** Schema changeover in PostgreSQL: what is remembered. Its schema.sql is its documentation. */
@NullMarked
package dev.changeover.state;

import org.jspecify.annotations.NullMarked;
