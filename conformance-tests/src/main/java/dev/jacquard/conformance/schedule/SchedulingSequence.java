package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A sequence without stored tokens: its prompt begins like those of the same stem and goes on like
/// no other. It counts what it is asked.
final class SchedulingSequence implements SequenceView {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private final int id;
  private final int index;
  private final RequestInfo request;
  private final int promptLength;
  private final int maxLength;
  private final int blockSize;
  private final int stem;
  private final int stemLength;
  private final long[] asked;
  private int length;

  /// @param stem names the common beginning
  /// @param stemLength tokens of the prompt that are the stem's
  /// @param asked its first element counts questions
  SchedulingSequence(
      int id,
      int index,
      RequestInfo request,
      int promptLength,
      int maxLength,
      int blockSize,
      int stem,
      int stemLength,
      long[] asked) {
    this.id = id;
    this.index = index;
    this.request = request;
    this.promptLength = promptLength;
    this.maxLength = maxLength;
    this.blockSize = blockSize;
    this.stem = stem;
    this.stemLength = Math.min(stemLength, promptLength);
    this.asked = asked;
    length = promptLength;
  }

  /// A sequence with the same tokens so far.
  SchedulingSequence fork(int childId, int childIndex) {
    SchedulingSequence child =
        new SchedulingSequence(
            childId,
            childIndex,
            request,
            promptLength,
            maxLength,
            blockSize,
            stem,
            stemLength,
            asked);
    child.length = length;
    return child;
  }

  /// Whether its prompt begins like others.
  boolean shares() {
    return stemLength > 0;
  }

  /// One token more is known.
  void append() {
    length++;
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public RequestInfo request() {
    return request;
  }

  @Override
  public int promptLength() {
    asked[0]++;
    return promptLength;
  }

  @Override
  public int length() {
    asked[0]++;
    return length;
  }

  @Override
  public int computable() {
    asked[0]++;
    return length;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public int token(int position) {
    asked[0]++;
    Objects.checkIndex(position, length);
    return (int) (mix(seed(position) + position) >>> 48);
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    Objects.checkFromIndexSize(from, count, length);
    for (int i = 0; i < count; i++) {
      into.set(ValueLayout.JAVA_INT, byteOffset + 4L * i, token(from + i));
    }
  }

  @Override
  public long blockHash(int block) {
    asked[0]++;
    int end = (block + 1) * blockSize;
    if (end > length) {
      throw new IllegalStateException(
          "block " + block + " of sequence " + id + " ends at " + end + ", known are " + length);
    }
    return mix(request.cacheScope().hashCode() * GOLDEN + mix(seed(end - 1) * 31 + block));
  }

  /// What decides the tokens up to `position`.
  private long seed(int position) {
    return position < stemLength ? -1L - stem : request.serial();
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
