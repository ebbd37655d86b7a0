/** The field's nouns, used by every package; imports none of ours. */
@NullMarked
package dev.changeover;

import org.jspecify.annotations.NullMarked;
