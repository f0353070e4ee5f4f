/// Wrappers in a bad mood: they fail, refuse or answer nonsense at random, always in the same way for the same seed and
/// the same calls. What stands before them must bear it.
@NullMarked
package dev.jacquard.conformance.cranky;

import org.jspecify.annotations.NullMarked;
