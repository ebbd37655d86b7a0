/** MongoDB follows PostgreSQL: rows that changed → documents, so that the way back stays open. */
@NullMarked
package dev.changeover.reverse;

import org.jspecify.annotations.NullMarked;
