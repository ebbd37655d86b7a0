/** What a run serves over HTTP: the phase, for applications in any language, and what others hand in. */
@NullMarked
package dev.changeover.http;

import org.jspecify.annotations.NullMarked;
