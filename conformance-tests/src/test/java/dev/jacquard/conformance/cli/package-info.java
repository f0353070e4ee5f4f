/// The command line, from outside.
@NullMarked
package dev.jacquard.conformance.cli;

import org.jspecify.annotations.NullMarked;
