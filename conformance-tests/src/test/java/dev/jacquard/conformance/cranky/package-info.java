/// Tests of the wrappers in a bad mood.
@NullMarked
package dev.jacquard.conformance.cranky;

import org.jspecify.annotations.NullMarked;
