package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacquard.engine.policy.LfuEviction;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.engine.policy.PriorityTtlEviction;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

final class SteadyStateAllocationTest {
  private static final int CONVERSATIONS = 200;

  @Test
  void nothingIsAllocatedAfterWarmUpExceptAtAdmission() {
    for (int kind = 0; kind < 3; kind++) {
      EvictionPolicy policy =
          switch (kind) {
            case 0 -> new LruEviction(32, 32);
            case 1 -> new LfuEviction(32, 32);
            default -> new PriorityTtlEviction(32, 32, 3);
          };
      // The mirror of Bench would allocate: this manager has no listeners.
      PagedBlockSpaceManager manager =
          new PagedBlockSpaceManager(TestContext.sized(4, 32, 32), policy);
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 50 && allocated != 0; round++) {
        allocated = run(manager);
      }
      assertEquals(0, allocated, policy.getClass().getSimpleName());
    }
  }

  /// Bytes allocated by everything but the admissions.
  private static long run(PagedBlockSpaceManager manager) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    TestSequence[] sequences = new TestSequence[CONVERSATIONS];
    for (int i = 0; i < CONVERSATIONS; i++) {
      int[] tokens = Bench.tokens(i % 7 * 1000, 60);
      tokens[40] = i;
      sequences[i] = TestSequence.of(i % 2, 4, tokens);
      sequences[i].length = 30;
    }
    BlockCopies copies = new BlockCopies();
    long total = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment table = arena.allocate(4096);
      for (TestSequence sequence : sequences) {
        assertEquals(Reservation.GRANTED, manager.admit(sequence, 30, false));
        int id = sequence.id;
        long before = threads.getCurrentThreadAllocatedBytes();
        manager.planning();
        manager.commit(id, 30);
        boolean held = manager.reserve(id, 50) == Reservation.GRANTED;
        sequence.length = 50;
        manager.commit(id, 50);
        manager.truncate(id, 45);
        held &= manager.reserve(id, 58) == Reservation.GRANTED;
        held &= manager.swapOut(id) == Reservation.GRANTED;
        manager.drainCopies(copies);
        held &= manager.swapIn(id, true) == Reservation.GRANTED;
        manager.copyTable(id, 0, manager.tableLength(id), table, 0);
        manager.drainCopies(copies);
        manager.release(id, ReleaseReason.FINISHED);
        copies.clear();
        total += threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(held);
      }
    }
    return total;
  }
}
