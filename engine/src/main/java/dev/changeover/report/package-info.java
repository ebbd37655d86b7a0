/** What a team has to know before the next phase, gathered from the target alone. */
@NullMarked
package dev.changeover.report;

import org.jspecify.annotations.NullMarked;
