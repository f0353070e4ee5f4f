/// What reports say.
@NullMarked
package dev.jacquard.conformance.report;

import org.jspecify.annotations.NullMarked;
