package dev.jacquard.engine.core;

import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One answer in the making: its tokens, and how far they are known. Written by the engine thread; another thread may read what [#length] publishes and the tokens below it.
public final class Sequence implements SequenceView {
  private final ActiveRequest request;
  private final int index;
  private final int promptLength;
  private final int maxLength;
  private final int blockSize;
  private int id = -1;
  private int[] tokens;
  private TokenLogprobs @Nullable [] logprobs;
  private long[] hashes;
  private int hashedBlocks;
  private int outputsInFlight;
  private boolean planned;
  private volatile int length;
  private volatile FinishReason finish = FinishReason.NONE;

  /// @param prompt at least one token; copied
  /// @param maxLength most tokens, prompt included
  Sequence(ActiveRequest request, int index, int[] prompt, int maxLength, int blockSize) {
    this.request = request;
    this.index = index;
    this.promptLength = prompt.length;
    this.maxLength = maxLength;
    this.blockSize = blockSize;
    // room for a good part of the answer at once, so that a step seldom has to grow it
    tokens = Arrays.copyOf(prompt, Math.min(maxLength, prompt.length + 512));
    hashes = new long[tokens.length / blockSize + 1];
    length = prompt.length;
    hashKnownBlocks();
  }

  /// Another answer to the same prompt, before either has a token. The prompt is hashed once a request, however many answers it wants.
  Sequence(Sequence first, int index) {
    this.request = first.request;
    this.index = index;
    promptLength = first.promptLength;
    maxLength = first.maxLength;
    blockSize = first.blockSize;
    tokens = first.tokens.clone();
    hashes = first.hashes.clone();
    hashedBlocks = first.hashedBlocks;
    length = first.length;
  }

  /// The request this is an answer of.
  public ActiveRequest owner() {
    return request;
  }

  void enter(int id) {
    this.id = id;
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
    return request.info();
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
    // the token at maxLength - 1 is the last one wanted: nothing follows from computing it
    return Math.max(length, Math.min(length + outputsInFlight, maxLength - 1));
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public int token(int position) {
    return tokens[java.util.Objects.checkIndex(position, length)];
  }

  /// The tokens; entries below [#length] are valid.
  int[] tokens() {
    return tokens;
  }

  /// A copy of the generated tokens from `from`, counted from the prompt's end, up to what is known now.
  public int[] generated(int from) {
    int known = length;
    return Arrays.copyOfRange(tokens, promptLength + from, known);
  }

  /// Reported probabilities of generated token `index`, or null when none were asked for.
  public @Nullable TokenLogprobs logprobs(int index) {
    TokenLogprobs[] reported = logprobs;
    return reported == null ? null : reported[index];
  }

  @Override
  public void copyTokens(int from, int count, MemorySegment into, long byteOffset) {
    java.util.Objects.checkFromIndexSize(from, count, length);
    MemorySegment.copy(tokens, from, into, ValueLayout.JAVA_INT, byteOffset, count);
  }

  @Override
  public long blockHash(int block) {
    return hashes[java.util.Objects.checkIndex(block, hashedBlocks)];
  }

  void append(int token, @Nullable TokenLogprobs reported) {
    int at = length;
    if (at == tokens.length) {
      tokens = Arrays.copyOf(tokens, (int) Math.min(maxLength, 2L * at));
      hashes = Arrays.copyOf(hashes, tokens.length / blockSize + 1);
    }
    tokens[at] = token;
    if (reported != null) {
      int generated = at - promptLength;
      TokenLogprobs[] list = logprobs == null ? new TokenLogprobs[64] : logprobs;
      if (generated == list.length) {
        list = Arrays.copyOf(list, 2 * generated);
      }
      list[generated] = reported;
      logprobs = list;
    }
    length = at + 1;
    hashKnownBlocks();
  }

  private void hashKnownBlocks() {
    long hash =
        hashedBlocks == 0 ? BlockHash.root(request.info().cacheScope()) : hashes[hashedBlocks - 1];
    while ((hashedBlocks + 1) * blockSize <= length) {
      hash = BlockHash.next(hash, tokens, hashedBlocks * blockSize, blockSize);
      hashes[hashedBlocks++] = hash;
    }
  }

  void outputPlanned() {
    outputsInFlight++;
  }

  void outputArrived() {
    outputsInFlight--;
  }

  /// Whether it was ever part of a step.
  boolean planned() {
    return planned;
  }

  void markPlanned() {
    planned = true;
  }

  void end(FinishReason reason) {
    finish = reason;
  }

  /// Why it ended, NONE while it runs.
  public FinishReason finish() {
    return finish;
  }

  /// The seed of its draws.
  long seed() {
    return request.info().sampling().seed() + index;
  }
}
