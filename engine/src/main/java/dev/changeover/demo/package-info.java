/** The whole story on a small shop, with both servers started for it. */
@NullMarked
package dev.changeover.demo;

import org.jspecify.annotations.NullMarked;
