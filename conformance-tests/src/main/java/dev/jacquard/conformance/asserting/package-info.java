/// Wrappers that look at both sides of each call: whoever breaks a rule, the caller or the one who is called, gets an
/// [AssertionError] that names it. Made for the tests of engines and plugins; they cost time and memory.
@NullMarked
package dev.jacquard.conformance.asserting;

import org.jspecify.annotations.NullMarked;
