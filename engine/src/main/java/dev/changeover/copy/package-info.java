/** The copy: open chunks to rows, each chunk with its checkpoint in one transaction. */
@NullMarked
package dev.changeover.copy;

import org.jspecify.annotations.NullMarked;
