/// The kit tries itself: what is right passes, what is broken is found.
@NullMarked
package dev.jacquard.conformance;

import org.jspecify.annotations.NullMarked;
