package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Managers with one bug each.
final class PlantedBugs {
  private PlantedBugs() {}

  static class Forwarding implements BlockSpaceManager {
    final BlockSpaceManager to;

    Forwarding(BlockSpaceManager to) {
      this.to = to;
    }

    @Override
    public int blockSize() {
      return to.blockSize();
    }

    @Override
    public int totalBlocks(Tier tier) {
      return to.totalBlocks(tier);
    }

    @Override
    public int availableBlocks(Tier tier) {
      return to.availableBlocks(tier);
    }

    @Override
    public int cachedBlocks(Tier tier) {
      return to.cachedBlocks(tier);
    }

    @Override
    public int peek(SequenceView sequence) {
      return to.peek(sequence);
    }

    @Override
    public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
      return to.admit(sequence, tokens, othersRunning);
    }

    @Override
    public int computedTokens(int sequence) {
      return to.computedTokens(sequence);
    }

    @Override
    public Reservation reserve(int sequence, int tokens) {
      return to.reserve(sequence, tokens);
    }

    @Override
    public void commit(int sequence, int tokens) {
      to.commit(sequence, tokens);
    }

    @Override
    public void truncate(int sequence, int tokens) {
      to.truncate(sequence, tokens);
    }

    @Override
    public void fork(SequenceView parent, SequenceView child) {
      to.fork(parent, child);
    }

    @Override
    public Reservation swapOut(int sequence) {
      return to.swapOut(sequence);
    }

    @Override
    public Reservation swapIn(int sequence, boolean othersRunning) {
      return to.swapIn(sequence, othersRunning);
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      to.release(sequence, reason);
    }

    @Override
    public int clear() {
      return to.clear();
    }

    @Override
    public void planning() {
      to.planning();
    }

    @Override
    public int tableLength(int sequence) {
      return to.tableLength(sequence);
    }

    @Override
    public int tableRevision(int sequence) {
      return to.tableRevision(sequence);
    }

    @Override
    public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
      to.copyTable(sequence, from, count, into, byteOffset);
    }

    @Override
    public void drainCopies(BlockCopies into) {
      to.drainCopies(into);
    }

    @Override
    public void close() {
      to.close();
    }
  }

  static final class LosesCopies extends Forwarding {
    LosesCopies(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void drainCopies(BlockCopies into) {
      to.drainCopies(new BlockCopies());
    }
  }

  static final class SkipsAPosition extends Forwarding {
    SkipsAPosition(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public int computedTokens(int sequence) {
      int computed = to.computedTokens(sequence);
      return computed > 0 ? computed + 1 : 0;
    }
  }

  static final class SwapsEntries extends Forwarding {
    SwapsEntries(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
      to.copyTable(sequence, from, count, into, byteOffset);
      if (count == 3) {
        int first = into.get(ValueLayout.JAVA_INT, byteOffset);
        into.set(ValueLayout.JAVA_INT, byteOffset, into.get(ValueLayout.JAVA_INT, byteOffset + 4));
        into.set(ValueLayout.JAVA_INT, byteOffset + 4, first);
      }
    }
  }

  static final class Leaks extends Forwarding {
    Leaks(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      if (reason != ReleaseReason.CANCELLED) {
        to.release(sequence, reason);
      }
    }
  }
}
