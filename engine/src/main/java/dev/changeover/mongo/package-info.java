/** The source's edge: the only user of the MongoDB driver. */
@NullMarked
package dev.changeover.mongo;

import org.jspecify.annotations.NullMarked;
