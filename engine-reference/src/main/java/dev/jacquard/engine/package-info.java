/// Jacquard as a library: [dev.jacquard.engine.Engine] opens a model and generates text.
@NullMarked
package dev.jacquard.engine;

import org.jspecify.annotations.NullMarked;
