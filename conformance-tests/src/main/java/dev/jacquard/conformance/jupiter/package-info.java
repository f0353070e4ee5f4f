/// The kit in a build: abstract JUnit 5 classes with one method to implement.
@NullMarked
package dev.jacquard.conformance.jupiter;

import org.jspecify.annotations.NullMarked;
