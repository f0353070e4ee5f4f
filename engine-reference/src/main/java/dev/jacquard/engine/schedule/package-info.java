/// Continuous batching: the mechanism that fills a step, asks a policy for every choice and drives the block space manager.
@NullMarked
package dev.jacquard.engine.schedule;

import org.jspecify.annotations.NullMarked;
