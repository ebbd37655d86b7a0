/** What the documents of a collection look like, counted path by path in bounded memory. Pure. */
@NullMarked
package dev.changeover.profile;

import org.jspecify.annotations.NullMarked;
