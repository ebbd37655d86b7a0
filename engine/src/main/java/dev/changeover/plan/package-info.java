/** The plan: what each collection becomes, and the names it may use for that. Pure. */
@NullMarked
package dev.changeover.plan;

import org.jspecify.annotations.NullMarked;
