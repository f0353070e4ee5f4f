package dev.jacquard.engine.policy;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;

/// A waiting sequence of which only the shape matters: its hashes are made up, and every question
/// is counted.
final class CountedSequence implements SequenceView {
  static final int BLOCK = 16;

  /// Questions asked of all sequences that share it.
  static final class Counter {
    long questions;
  }

  private final Counter counter;
  private final int id;
  private final RequestInfo request;
  private final long[] hashes;

  /// @param shared leading blocks that it has in common with all others
  CountedSequence(Counter counter, int id, int blocks, int shared) {
    this.counter = counter;
    this.id = id;
    request = NaiveRequests.of(id, id * 1_000L, id % 7, "tenant-" + id % 10, "");
    hashes = new long[blocks];
    for (int i = 0; i < blocks; i++) {
      hashes[i] = i < shared ? -i - 1 : (long) id << 32 | i;
    }
  }

  long hash(int block) {
    return hashes[block];
  }

  @Override
  public int id() {
    counter.questions++;
    return id;
  }

  @Override
  public int index() {
    counter.questions++;
    return 0;
  }

  @Override
  public RequestInfo request() {
    counter.questions++;
    return request;
  }

  @Override
  public int promptLength() {
    counter.questions++;
    return hashes.length * BLOCK + 1;
  }

  @Override
  public int length() {
    counter.questions++;
    return hashes.length * BLOCK + 1;
  }

  @Override
  public int computable() {
    return length();
  }

  @Override
  public int maxLength() {
    return length() + 100;
  }

  @Override
  public int token(int position) {
    counter.questions++;
    return position;
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    throw new UnsupportedOperationException("an order needs no tokens");
  }

  @Override
  public long blockHash(int block) {
    counter.questions++;
    return hashes[block];
  }
}
