/** A report as one HTML file. Pure. */
@NullMarked
package dev.changeover.page;

import org.jspecify.annotations.NullMarked;
