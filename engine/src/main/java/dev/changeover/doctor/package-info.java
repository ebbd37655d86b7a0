/** Whether these two databases can do it, and how to mend what is wrong. */
@NullMarked
package dev.changeover.doctor;

import org.jspecify.annotations.NullMarked;
