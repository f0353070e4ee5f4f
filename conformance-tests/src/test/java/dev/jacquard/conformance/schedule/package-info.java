/// Broken schedulers and policies that the checks must find, and right ones that they must not.
@NullMarked
package dev.jacquard.conformance.schedule;

import org.jspecify.annotations.NullMarked;
