/// Rules KRN: kernel backends, against a float64 oracle.
@NullMarked
package dev.jacquard.conformance.kernel;

import org.jspecify.annotations.NullMarked;
