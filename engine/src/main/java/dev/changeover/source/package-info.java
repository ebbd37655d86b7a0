/** What a copy needs of a source, whether it lives or is a file. */
@NullMarked
package dev.changeover.source;

import org.jspecify.annotations.NullMarked;
