package dev.jacquard.engine.schedule;

import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/// A sequence with tokens of its own, and with tokens on their way; it counts who reads it.
final class TestSequence implements SequenceView {
  private final int id;
  private final RequestInfo request;
  private final int promptLength;
  private final int[] tokens;
  private final long[] hashes;
  int length;
  int arriving;
  long reads;

  TestSequence(int id, RequestInfo request, int promptLength, int maxLength) {
    this.id = id;
    this.request = request;
    this.promptLength = promptLength;
    tokens = new SplittableRandom(id + 1).ints(maxLength, 0, 512).toArray();
    length = promptLength;
    hashes = new long[maxLength / Bench.BLOCK_SIZE];
    hash();
  }

  private void hash() {
    long hash = 1;
    for (int i = 0; i < hashes.length * Bench.BLOCK_SIZE; i++) {
      hash = (hash ^ tokens[i]) * 0x9E3779B97F4A7C15L;
      hashes[i / Bench.BLOCK_SIZE] = hash ^ (hash >>> 32);
    }
  }

  /// A sequence with the same tokens so far and others from there on.
  TestSequence fork(int child) {
    TestSequence forked = new TestSequence(child, request, promptLength, tokens.length);
    System.arraycopy(tokens, 0, forked.tokens, 0, length);
    forked.length = length;
    forked.hash();
    return forked;
  }

  /// The next sequence of a queue, which nobody will ever compare with another.
  static TestSequence waiting(int id, int promptLength, int maxTokens) {
    return new TestSequence(
        id, NaiveRequests.of(id + 1L, id, 0, ""), promptLength, promptLength + maxTokens);
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public int index() {
    return 0;
  }

  @Override
  public RequestInfo request() {
    reads++;
    return request;
  }

  @Override
  public int promptLength() {
    reads++;
    return promptLength;
  }

  @Override
  public int length() {
    reads++;
    return length;
  }

  @Override
  public int computable() {
    reads++;
    return Math.min(length + arriving, tokens.length - 1);
  }

  @Override
  public int maxLength() {
    reads++;
    return tokens.length;
  }

  @Override
  public int token(int position) {
    return tokens[position];
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    MemorySegment.copy(tokens, from, into, ValueLayout.JAVA_INT, byteOffset, count);
  }

  @Override
  public long blockHash(int block) {
    reads++;
    return hashes[block];
  }

  @Override
  public String toString() {
    return "sequence " + id;
  }
}
