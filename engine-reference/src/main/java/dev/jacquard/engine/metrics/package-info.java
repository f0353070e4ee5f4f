/// What the engine counts about itself, in Prometheus' text format, under its own names and vLLM's.
@NullMarked
package dev.jacquard.engine.metrics;

import org.jspecify.annotations.NullMarked;
