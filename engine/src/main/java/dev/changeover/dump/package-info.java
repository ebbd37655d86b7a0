/** Dumps, archives and exports as sources: files that are read where they are, and an oplog that is replayed on them. */
@NullMarked
package dev.changeover.dump;

import org.jspecify.annotations.NullMarked;
