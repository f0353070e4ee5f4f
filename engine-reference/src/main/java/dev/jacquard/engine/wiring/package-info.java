/// Putting an engine together: plain Java chooses the providers, Guice wires the chosen ones.
@NullMarked
package dev.jacquard.engine.wiring;

import org.jspecify.annotations.NullMarked;
