package dev.jacquard.conformance.forwarding;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;

/// Hands every call to another manager; subclasses change what they are about.
public class ForwardingBlockSpaceManager implements BlockSpaceManager {
  private final BlockSpaceManager to;

  /// Forwards to `to`, and closes it when closed.
  public ForwardingBlockSpaceManager(BlockSpaceManager to) {
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
