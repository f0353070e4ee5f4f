package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.schedule.Scheduler;

/// A manager and the scheduler over it: made together, and together anew.
record NaiveParts(BlockSpaceManager blocks, Scheduler scheduler) {}
