package dev.jacquard.engine.block;

import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;

/// A sequence whose future is written: `length` says how much of `tokens` is known by now.
final class TestSequence implements SequenceView {
  final int id;
  final int blockSize;
  final RequestInfo request;
  final int[] tokens;
  int length;
  int maxLength;
  boolean constantHash;

  TestSequence(int id, int blockSize, String scope, int priority, int length, int... tokens) {
    this.id = id;
    this.blockSize = blockSize;
    this.tokens = tokens;
    this.length = length;
    maxLength = tokens.length;
    request =
        new RequestInfo(
            "r" + id,
            id,
            0,
            Long.MAX_VALUE,
            priority,
            "",
            scope,
            "",
            SamplingParams.builder().build(),
            RequestHints.NONE,
            Map.of());
  }

  /// A sequence of scope "" and priority 0 whose tokens are all known.
  static TestSequence of(int id, int blockSize, int... tokens) {
    return new TestSequence(id, blockSize, "", 0, tokens.length, tokens);
  }

  /// Names the prefix that ends before `position`: what the KV of position `position - 1` depends on.
  long prefix(int position) {
    long value = root();
    for (int i = 0; i < position; i++) {
      value = extended(value, i);
    }
    return value;
  }

  /// [#prefix] of all positions up to `last`.
  long[] prefixes(int last) {
    long[] values = new long[last + 1];
    values[0] = root();
    for (int i = 0; i < last; i++) {
      values[i + 1] = extended(values[i], i);
    }
    return values;
  }

  private long root() {
    return (request.cacheScope().hashCode() + 17L) * 0x2545F4914F6CDD1DL;
  }

  private long extended(long prefix, int position) {
    long value = (prefix ^ (tokens[position] + 1L)) * 0x9E3779B97F4A7C15L;
    return value ^ (value >>> 29);
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
    return request;
  }

  @Override
  public int promptLength() {
    return 1;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int computable() {
    return tokens.length;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public int token(int position) {
    if (position >= length) {
      throw new AssertionError("token " + position + " of " + length + " was asked for");
    }
    return tokens[position];
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    if (from + count > length) {
      throw new AssertionError("tokens to " + (from + count) + " of " + length + " asked for");
    }
    MemorySegment.copy(tokens, from, into, ValueLayout.JAVA_INT, byteOffset, count);
  }

  @Override
  public long blockHash(int block) {
    int end = (block + 1) * blockSize;
    if (end > length) {
      throw new AssertionError("hash of block " + block + " is not known yet");
    }
    return constantHash ? 42 : prefix(end);
  }

  @Override
  public String toString() {
    return "sequence " + id + " " + Arrays.toString(tokens) + " known " + length;
  }
}
