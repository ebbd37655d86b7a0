/** Makes a plan from profiles, and carries a plan that a person has edited on. */
@NullMarked
package dev.changeover.planner;

import org.jspecify.annotations.NullMarked;
