/// The kit: rules as data, checks as plain code, and the report that says whether a plugin may be trusted.
@NullMarked
package dev.jacquard.conformance;

import org.jspecify.annotations.NullMarked;
