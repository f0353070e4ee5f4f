package dev.jacquard.conformance.naive;

import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// A sequence as plain arrays. Tokens of steps in flight are *arriving*: the device knows them,
/// `token` does not yet give them.
///
/// Hashes are chained as the contract says. With a narrow `hashMask` different prefixes collide all
/// the time, which a manager must survive (BSM-6).
public final class NaiveSequence implements SequenceView {
  private final int id;
  private final int index;
  private final RequestInfo request;
  private final int promptLength;
  private final int blockSize;
  private final long hashMask;
  private final int[] tokens;
  private int length;
  private int arriving;

  /// A sequence of `prompt` that may grow to `maxLength` positions.
  ///
  /// @param hashMask ones where hashes may differ; -1 for honest hashes
  public NaiveSequence(
      int id,
      int index,
      RequestInfo request,
      int[] prompt,
      int maxLength,
      int blockSize,
      long hashMask) {
    if (prompt.length < 1 || prompt.length > maxLength) {
      throw new IllegalArgumentException(
          "a prompt of " + prompt.length + " tokens does not fit in " + maxLength + " positions");
    }
    this.id = id;
    this.index = index;
    this.request = request;
    this.blockSize = blockSize;
    this.hashMask = hashMask;
    promptLength = prompt.length;
    length = prompt.length;
    tokens = new int[maxLength + 1];
    System.arraycopy(prompt, 0, tokens, 0, length);
  }

  /// A sequence with the same tokens so far and an id and index of its own.
  public NaiveSequence fork(int childId, int childIndex) {
    NaiveSequence child =
        new NaiveSequence(
            childId,
            childIndex,
            request,
            java.util.Arrays.copyOf(tokens, promptLength),
            maxLength(),
            blockSize,
            hashMask);
    System.arraycopy(tokens, 0, child.tokens, 0, length);
    child.length = length;
    return child;
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
    return promptLength;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int computable() {
    return Math.min(length + arriving, maxLength());
  }

  @Override
  public int maxLength() {
    return tokens.length - 1;
  }

  @Override
  public int token(int position) {
    return tokens[Objects.checkIndex(position, length)];
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    Objects.checkFromIndexSize(from, count, length);
    MemorySegment.copy(tokens, from, into, ValueLayout.JAVA_INT, byteOffset, count);
  }

  @Override
  public long blockHash(int block) {
    int end = Math.multiplyExact(block + 1, blockSize);
    if (end > length) {
      throw new IllegalStateException(
          "block " + block + " of sequence " + id + " ends at " + end + ", known are " + length);
    }
    long hash = NaiveModel.mix(request.cacheScope().hashCode());
    for (int position = 0; position < end; position++) {
      hash = NaiveModel.mix(hash ^ tokens[position]);
    }
    return hash & hashMask;
  }

  /// The token at `position`, arriving ones included: what the device reads.
  public int deviceToken(int position) {
    return tokens[Objects.checkIndex(position, length + arriving)];
  }

  /// A step in flight wrote the next token.
  public void arrive(int token) {
    tokens[length + arriving++] = token;
  }

  /// The oldest arriving token is known from now on.
  public void settle() {
    if (arriving == 0) {
      throw new IllegalStateException("nothing arrives at sequence " + id);
    }
    arriving--;
    length++;
  }

  /// Arriving tokens never come: their step failed, or the sequence ended.
  public void forgetArriving() {
    arriving = 0;
  }

  /// Appends a known token, as a completed step does.
  public void append(int token) {
    arrive(token);
    settle();
  }
}
