package dev.jacquard.conformance.block;

import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;

/// Copies on write and goes on to show the block it copied from.
final class KeepsEntries extends ForwardingBlockSpaceManager {
  private final Map<Integer, int[]> shown = new HashMap<>();

  KeepsEntries(BlockSpaceManager to) {
    super(to);
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    int[] before = table(sequence);
    Reservation answer = super.reserve(sequence, tokens);
    if (answer == Reservation.GRANTED) {
      int[] after = table(sequence);
      System.arraycopy(before, 0, after, 0, before.length);
      shown.put(sequence, after);
    }
    return answer;
  }

  private int[] table(int sequence) {
    int[] table = new int[tableLength(sequence)];
    super.copyTable(sequence, 0, table.length, MemorySegment.ofArray(table), 0);
    return table;
  }

  @Override
  public void commit(int sequence, int tokens) {
    super.commit(sequence, tokens);
    shown.remove(sequence);
  }

  @Override
  public void truncate(int sequence, int tokens) {
    super.truncate(sequence, tokens);
    shown.remove(sequence);
  }

  @Override
  public Reservation swapOut(int sequence) {
    shown.remove(sequence);
    return super.swapOut(sequence);
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    super.release(sequence, reason);
    shown.remove(sequence);
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    super.copyTable(sequence, from, count, into, byteOffset);
    int[] table = shown.get(sequence);
    if (table != null) {
      MemorySegment.copy(table, from, into, ValueLayout.JAVA_INT, byteOffset, count);
    }
  }
}
