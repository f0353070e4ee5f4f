package dev.jacquard.engine.core;

import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestInfo;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A submitted request: its sequences, and the meeting point of the engine thread that writes and the one thread that reads.
///
/// The engine publishes by [#changed]; the reader waits in [#await]. Neither side allocates or blocks the other. All times are of the engine clock.
public final class ActiveRequest {
  private final RequestInfo info;
  private final Sequence[] sequences;
  private volatile long version;
  private volatile @Nullable Thread reader;
  private volatile @Nullable EngineException failure;
  private volatile int cachedTokens = -1;
  private volatile long firstPlannedNanos = -1;
  private volatile long firstTokenNanos = -1;
  private volatile long endNanos = -1;
  private int unfinished;
  private int @Nullable [] banned;

  /// A request whose `info.sampling().n()` sequences start from one prompt. Hashes the prompt, once, so call it off the engine thread.
  public ActiveRequest(RequestInfo info, int[] prompt, int maxLength, int blockSize) {
    this.info = info;
    sequences = new Sequence[info.sampling().n()];
    sequences[0] = new Sequence(this, 0, prompt, maxLength, blockSize);
    for (int i = 1; i < sequences.length; i++) {
      sequences[i] = new Sequence(sequences[0], i);
    }
    unfinished = sequences.length;
  }

  /// What is known of the request.
  public RequestInfo info() {
    return info;
  }

  /// Number of answers.
  public int count() {
    return sequences.length;
  }

  /// One answer.
  public Sequence sequence(int index) {
    return sequences[index];
  }

  /// Grows with every published change.
  public long version() {
    return version;
  }

  /// Waits until the version is no longer `seen`, or `nanos` passed. One thread only.
  public void await(long seen, long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    reader = Thread.currentThread();
    try {
      while (version == seen) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return;
        }
        LockSupport.parkNanos(this, left);
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    } finally {
      reader = null;
    }
  }

  /// Publishes what the engine thread wrote.
  @SuppressWarnings("NonAtomicVolatileUpdate") // the engine thread is the only writer
  void changed() {
    version++;
    Thread waiting = reader;
    if (waiting != null) {
      LockSupport.unpark(waiting);
    }
  }

  /// Notes the cached tokens of the first admission; false when there was one before. Engine thread.
  public boolean admitted(int cached) {
    if (cachedTokens >= 0) {
      return false;
    }
    cachedTokens = cached;
    return true;
  }

  void planned(long now) {
    if (firstPlannedNanos < 0) {
      firstPlannedNanos = now;
    }
  }

  void token(long now) {
    if (firstTokenNanos < 0) {
      firstTokenNanos = now;
    }
  }

  /// Counts one sequence as ended; true when it was the last.
  boolean sequenceEnded(long now) {
    unfinished--;
    if (unfinished == 0) {
      endNanos = now;
    }
    return unfinished == 0;
  }

  /// Tokens that may not be chosen before `min_tokens`, null until somebody asked. Engine thread.
  int @Nullable [] banned() {
    return banned;
  }

  void ban(int[] tokens) {
    banned = tokens;
  }

  void fail(EngineException cause) {
    if (failure == null) {
      failure = cause;
    }
  }

  /// Why it failed, or null.
  public @Nullable EngineException failure() {
    return failure;
  }

  /// Whether every sequence ended.
  public boolean done() {
    for (Sequence sequence : sequences) {
      if (sequence.finish() == FinishReason.NONE) {
        return false;
      }
    }
    return true;
  }

  /// Prompt tokens found in the cache at the first admission, 0 before it.
  public int cachedTokens() {
    return Math.max(0, cachedTokens);
  }

  /// When it was first part of a step, -1 before.
  public long firstPlannedNanos() {
    return firstPlannedNanos;
  }

  /// When its first token was known, -1 before.
  public long firstTokenNanos() {
    return firstTokenNanos;
  }

  /// When its last sequence ended, -1 before.
  public long endNanos() {
    return endNanos;
  }
}
