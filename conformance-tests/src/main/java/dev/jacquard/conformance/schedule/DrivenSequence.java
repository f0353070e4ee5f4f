package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;

/// A sequence of [Drive]: its tokens, and what the drive remembers of it. Tokens of steps in flight
/// *arrive*; *drafted* ones are guesses that the next step verifies. Both count as computable.
final class DrivenSequence implements SequenceView {
  private final int id;
  private final int index;
  private final RequestInfo request;
  private final int promptLength;
  private final int blockSize;
  private final int maxLength;
  private final int[] tokens;
  private int length;
  private int arriving;
  private int drafted;
  private long reads;

  /// How it was named when it was submitted: numbers are never used again, ids are.
  final int number;

  /// End of its last row that is out and counts, or -1: the next row starts there.
  int next = -1;

  /// Plans out that name it.
  int out;

  /// Grows when its blocks are given up: rows of an earlier tenure are not its work any more.
  int tenure;

  /// It finished or was cancelled.
  boolean ended;

  /// The step at whose completion it finished, or -1.
  int endedIn = -1;

  /// Its last step failed: the next row shows whether that was borne.
  boolean afterFailure;

  /// It gave its blocks up: the next row shows whether that was borne.
  boolean resuming;

  /// End of what listeners last heard to be computed.
  int toldTo;

  /// Steps since it was submitted or gave its blocks up, without a row.
  int idleSteps;

  DrivenSequence(
      int number, int id, int index, RequestInfo request, int[] prompt, int maxLength, int block) {
    this.number = number;
    this.id = id;
    this.index = index;
    this.request = request;
    promptLength = prompt.length;
    length = prompt.length;
    blockSize = block;
    tokens = Arrays.copyOf(prompt, maxLength + 8);
    this.maxLength = maxLength;
  }

  /// A child with the tokens of this one so far; its last token is `last`, when that is not
  /// negative.
  DrivenSequence fork(int childNumber, int childId, int childIndex, int last) {
    DrivenSequence child =
        new DrivenSequence(
            childNumber,
            childId,
            childIndex,
            request,
            Arrays.copyOf(tokens, promptLength),
            maxLength,
            blockSize);
    System.arraycopy(tokens, 0, child.tokens, 0, length);
    child.length = length;
    if (last >= 0) {
      child.tokens[length - 1] = last;
    }
    return child;
  }

  @Override
  public int id() {
    reads++;
    return id;
  }

  @Override
  public int index() {
    reads++;
    return index;
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
    return Math.min(length + arriving + drafted, maxLength);
  }

  @Override
  public int maxLength() {
    reads++;
    return maxLength;
  }

  @Override
  public int token(int position) {
    reads++;
    return tokens[Objects.checkIndex(position, length)];
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    reads++;
    Objects.checkFromIndexSize(from, count, length);
    MemorySegment.copy(tokens, from, into, ValueLayout.JAVA_INT, byteOffset, count);
  }

  @Override
  public long blockHash(int block) {
    reads++;
    int end = Math.multiplyExact(block + 1, blockSize);
    if (end > length) {
      throw new IllegalStateException(
          "block " + block + " of sequence " + id + " ends at " + end + ", known are " + length);
    }
    long hash = Ghost.mix(request.cacheScope().hashCode());
    for (int position = 0; position < end; position++) {
      hash = Ghost.mix(hash ^ tokens[position]);
    }
    return hash;
  }

  /// Calls of the view's methods so far.
  long reads() {
    return reads;
  }

  /// The token at `position`, arriving and drafted ones included: what the device reads.
  int deviceToken(int position) {
    return tokens[Objects.checkIndex(position, length + arriving + drafted)];
  }

  /// A step in flight wrote the next token.
  void arrive(int token) {
    tokens[length + arriving++] = token;
  }

  /// The oldest arriving token is known from now on.
  void settle() {
    arriving--;
    length++;
  }

  /// What was on its way never comes.
  void forgetArriving() {
    arriving = 0;
  }

  /// Somebody guesses the tokens after the last known one.
  void draft(int... guesses) {
    System.arraycopy(guesses, 0, tokens, length, guesses.length);
    drafted = guesses.length;
  }

  int drafted() {
    return drafted;
  }

  /// Whether its end was known before `step` was completed.
  boolean endedBefore(Stage.Launched step) {
    return ended && endedIn != step.number();
  }

  /// The guesses were tried: `accepted` tokens are known beside those before.
  void verified(int... accepted) {
    drafted = 0;
    System.arraycopy(accepted, 0, tokens, length, accepted.length);
    length += accepted.length;
  }

  /// `#3 (id 1)`.
  @Override
  public String toString() {
    return "#" + number + " (id " + id + ")";
  }
}
