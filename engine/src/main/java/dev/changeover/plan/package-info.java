/** What each collection becomes, and why: profiles, the plan, changeover.yaml. Pure. */
@NullMarked
package dev.changeover.plan;

import org.jspecify.annotations.NullMarked;
