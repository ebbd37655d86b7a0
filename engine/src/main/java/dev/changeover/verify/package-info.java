/** f(document) against the row, both read back. */
@NullMarked
package dev.changeover.verify;

import org.jspecify.annotations.NullMarked;
