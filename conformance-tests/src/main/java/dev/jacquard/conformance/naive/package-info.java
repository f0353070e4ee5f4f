/// A second mechanism beside the engine's: slow, short, and obviously right. The kit judges
/// policies on it, and judges managers and schedulers against it.
@NullMarked
package dev.jacquard.conformance.naive;

import org.jspecify.annotations.NullMarked;
