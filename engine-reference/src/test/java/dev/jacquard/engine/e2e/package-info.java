/// The engine as its users see it: goldens of other engines, an oracle in float64, and the promise
/// that nothing but the request decides its answer.
@NullMarked
package dev.jacquard.engine.e2e;

import org.jspecify.annotations.NullMarked;
