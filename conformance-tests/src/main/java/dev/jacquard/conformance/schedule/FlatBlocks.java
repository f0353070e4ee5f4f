package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;

/// A manager without sharing, swap or fork, that only counts blocks: constant cost, no allocation.
/// Whatever a scheduler costs over it is the scheduler's.
final class FlatBlocks implements BlockSpaceManager {
  private final int blockSize;
  private final int total;
  private final int[] held;
  private final int[] computed;
  private int available;
  private long calls;

  FlatBlocks(int blockSize, int total, int maxSequences) {
    this.blockSize = blockSize;
    this.total = total;
    available = total;
    held = new int[maxSequences];
    computed = new int[maxSequences];
  }

  /// Calls so far.
  long calls() {
    return calls;
  }

  private int needed(int tokens) {
    return (tokens + blockSize - 1) / blockSize;
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public int totalBlocks(Tier tier) {
    calls++;
    return tier == Tier.DEVICE ? total : 0;
  }

  @Override
  public int availableBlocks(Tier tier) {
    calls++;
    return tier == Tier.DEVICE ? available : 0;
  }

  @Override
  public int cachedBlocks(Tier tier) {
    calls++;
    return 0;
  }

  @Override
  public int peek(SequenceView sequence) {
    calls++;
    return 0;
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    calls++;
    if (needed(sequence.maxLength()) > total) {
      return Reservation.NEVER;
    }
    if (needed(Math.max(sequence.length(), tokens)) > available) {
      return Reservation.LATER;
    }
    computed[sequence.id()] = 0;
    return reserve(sequence.id(), tokens);
  }

  @Override
  public int computedTokens(int sequence) {
    calls++;
    return computed[sequence];
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    calls++;
    int more = Math.max(0, needed(tokens) - held[sequence]);
    if (more > available) {
      return Reservation.LATER;
    }
    held[sequence] += more;
    available -= more;
    return Reservation.GRANTED;
  }

  @Override
  public void commit(int sequence, int tokens) {
    calls++;
    computed[sequence] = tokens;
  }

  @Override
  public void truncate(int sequence, int tokens) {
    calls++;
    available += held[sequence] - needed(tokens);
    held[sequence] = needed(tokens);
    computed[sequence] = Math.min(computed[sequence], tokens);
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    throw new IllegalStateException("nobody forks here");
  }

  @Override
  public Reservation swapOut(int sequence) {
    calls++;
    return Reservation.NEVER;
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    throw new IllegalStateException("nobody is swapped out here");
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    calls++;
    available += held[sequence];
    held[sequence] = 0;
  }

  @Override
  public int clear() {
    return 0;
  }

  @Override
  public int tableLength(int sequence) {
    calls++;
    return held[sequence];
  }

  @Override
  public int tableRevision(int sequence) {
    calls++;
    return 0;
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    throw new IllegalStateException("there are no tables here");
  }

  @Override
  public void drainCopies(BlockCopies into) {}

  @Override
  public void close() {}
}
