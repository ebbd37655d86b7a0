/** Which database is in charge and which follows it, and the change of that, there and back. */
@NullMarked
package dev.changeover.cutover;

import org.jspecify.annotations.NullMarked;
