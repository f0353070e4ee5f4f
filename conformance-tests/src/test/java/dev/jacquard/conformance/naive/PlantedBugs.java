package dev.jacquard.conformance.naive;

import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Managers with one bug each.
final class PlantedBugs {
  private PlantedBugs() {}

  static final class LosesCopies extends ForwardingBlockSpaceManager {
    LosesCopies(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void drainCopies(BlockCopies into) {
      super.drainCopies(new BlockCopies());
    }
  }

  static final class SkipsAPosition extends ForwardingBlockSpaceManager {
    SkipsAPosition(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public int computedTokens(int sequence) {
      int computed = super.computedTokens(sequence);
      return computed > 0 ? computed + 1 : 0;
    }
  }

  static final class SwapsEntries extends ForwardingBlockSpaceManager {
    SwapsEntries(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
      super.copyTable(sequence, from, count, into, byteOffset);
      if (count == 3) {
        int first = into.get(ValueLayout.JAVA_INT, byteOffset);
        into.set(ValueLayout.JAVA_INT, byteOffset, into.get(ValueLayout.JAVA_INT, byteOffset + 4));
        into.set(ValueLayout.JAVA_INT, byteOffset + 4, first);
      }
    }
  }

  static final class Leaks extends ForwardingBlockSpaceManager {
    Leaks(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      if (reason != ReleaseReason.CANCELLED) {
        super.release(sequence, reason);
      }
    }
  }
}
