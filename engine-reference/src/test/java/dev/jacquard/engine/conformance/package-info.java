/// The engine before the conformance kit: the rules that bind a host, tried on the real one.
@NullMarked
package dev.jacquard.engine.conformance;

import org.jspecify.annotations.NullMarked;
