package dev.jacquard.engine.core;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.schedule.Scheduler;

/// The two replaceable mechanisms of an engine; made together, and made anew together when one of them fails.
public record Mechanisms(BlockSpaceManager blocks, Scheduler scheduler) {
  /// Makes a fresh pair.
  @FunctionalInterface
  public interface Source {
    /// A new manager and a new scheduler over it.
    Mechanisms create();
  }
}
