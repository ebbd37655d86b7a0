/** changeover.yaml: reads it, tells its mistakes, writes it, and changes it around what a person wrote. */
@NullMarked
package dev.changeover.planfile;

import org.jspecify.annotations.NullMarked;
