/// The kit's command line: a parent that reports, and a child that runs the plugin and may die of it.
@NullMarked
package dev.jacquard.conformance.cli;

import org.jspecify.annotations.NullMarked;
