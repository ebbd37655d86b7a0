/** Real MongoDB and PostgreSQL servers for the demo, the tests and the benchmarks. */
@NullMarked
package dev.changeover.servers;

import org.jspecify.annotations.NullMarked;
