/** Programs that measure Changeover on one machine, against the machine's own limit. Not published. */
@NullMarked
package dev.changeover.bench;

import org.jspecify.annotations.NullMarked;
