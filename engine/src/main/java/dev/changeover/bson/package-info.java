/** BSON bytes as they are: walking, checking, Extended JSON both ways. Knows no database and no plan. */
@NullMarked
package dev.changeover.bson;

import org.jspecify.annotations.NullMarked;
