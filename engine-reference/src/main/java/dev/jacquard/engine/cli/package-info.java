/// The `jacquard` command line: data on standard output, progress and errors on standard error. Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
@NullMarked
package dev.jacquard.engine.cli;

import org.jspecify.annotations.NullMarked;
