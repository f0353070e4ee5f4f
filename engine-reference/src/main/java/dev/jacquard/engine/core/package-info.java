/// The heart: sequences, the step cycle and the one engine thread that runs it. Data flows submit → plan → run → sample → emit.
@NullMarked
package dev.jacquard.engine.core;

import org.jspecify.annotations.NullMarked;
