/** Sends each call of an application to the database that its migration's phase names. Its door is Router. */
@NullMarked
package dev.changeover.router;

import org.jspecify.annotations.NullMarked;
