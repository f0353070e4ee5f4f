/// The naive mechanism against itself and against planted bugs.
@NullMarked
package dev.jacquard.conformance.naive;

import org.jspecify.annotations.NullMarked;
