/// The engine's own components, offered as a plugin like anybody's.
@NullMarked
package dev.jacquard.engine.builtin;

import org.jspecify.annotations.NullMarked;
