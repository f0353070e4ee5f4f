/// The reference engine: the loop that turns plans into tokens.
@NullMarked
package dev.jacquard.engine;

import org.jspecify.annotations.NullMarked;
