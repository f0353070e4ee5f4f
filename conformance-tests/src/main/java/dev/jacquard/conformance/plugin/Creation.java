package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerFactory;
import dev.jacquard.spi.schedule.SchedulerLimits;
import java.util.ArrayDeque;
import java.util.Deque;

/// One component of each factory of an opened plugin, at rest.
final class Creation implements AutoCloseable {
  private static final int BLOCK_SIZE = 4;
  private static final int BLOCKS = 16;

  private final Deque<Runnable> made = new ArrayDeque<>();

  private Creation() {}

  /// Makes them; what a factory throws passes through, with all that was made before closed.
  static Creation of(Opened opened) {
    Creation creation = new Creation();
    try {
      creation.make(opened);
    } catch (RuntimeException | Error e) {
      creation.close();
      throw e;
    }
    return creation;
  }

  private void make(Opened opened) {
    ManualClock clock = opened.context().clock();
    NaiveBlockSpaceContext space =
        NaiveBlockSpaceContext.of(BLOCK_SIZE, BLOCKS, clock).withListeners(opened.cacheListeners());
    for (BlockSpaceManagerFactory factory : opened.managers()) {
      made.push(opened.create(factory, space)::close);
    }
    for (SchedulerFactory factory : opened.schedulers()) {
      BlockSpaceManager blocks = opened.here(space).paged(new PlainEviction(BLOCKS));
      made.push(blocks::close);
      SchedulerLimits limits =
          new SchedulerLimits(space.maxSequences(), 8, 64, 1, space.maxSequenceLength());
      made.push(
          opened.create(
                  factory,
                  NaiveSchedulerContext.of(
                      blocks,
                      limits,
                      PreemptionMode.RECOMPUTE,
                      clock,
                      1,
                      opened.requestListeners()))
              ::close);
    }
    for (KernelBackendFactory factory : opened.backends()) {
      made.push(opened.create(factory)::close);
    }
  }

  /// Closes them, the last first.
  @Override
  public void close() {
    while (!made.isEmpty()) {
      made.pop().run();
    }
  }
}
