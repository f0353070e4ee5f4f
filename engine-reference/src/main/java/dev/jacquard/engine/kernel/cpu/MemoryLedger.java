package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.DeviceMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Counts what a backend holds and refuses what does not fit, before anything is taken.
///
/// "Free" is the budget less what this backend holds: a number that does not move with other
/// processes and returns to where it was when everything is given back.
final class MemoryLedger {
  /// Bytes behind every off-heap block that narrow vectors may read, never use.
  private static final long SLACK = 64;

  private final long budget;
  private long used;

  MemoryLedger(long budget) {
    this.budget = budget;
  }

  synchronized DeviceMemory snapshot() {
    return new DeviceMemory(budget, budget - used);
  }

  /// Counts `bytes` in.
  synchronized void take(long bytes, String what) {
    if (bytes > budget - used) {
      throw outOfMemory(bytes, what, null);
    }
    used += bytes;
  }

  /// Counts `bytes` out.
  synchronized void give(long bytes) {
    used -= bytes;
  }

  /// Zeroed memory outside the heap on a cache line, counted in; the arena that owns it is in the
  /// answer.
  @SuppressWarnings("MustBeClosedChecker") // the block closes it
  Block allocate(long bytes, String what) {
    take(bytes, what);
    Arena arena = Arena.ofShared();
    boolean done = false;
    try {
      Block block = new Block(arena, arena.allocate(bytes + SLACK, 64), bytes);
      done = true;
      return block;
    } catch (OutOfMemoryError e) {
      throw outOfMemory(bytes, what, e);
    } finally {
      if (!done) {
        arena.close();
        give(bytes);
      }
    }
  }

  /// Zeroed floats on the heap, counted in.
  float[] allocateFloats(int size, String what) {
    take(4L * size, what);
    try {
      return new float[size];
    } catch (OutOfMemoryError e) {
      give(4L * size);
      throw outOfMemory(4L * size, what, e);
    }
  }

  /// `a * b` for sizes, the largest long where that is more.
  static long bytes(long a, long b) {
    return Math.multiplyHigh(a, b) == 0 && a * b >= 0 ? a * b : Long.MAX_VALUE;
  }

  /// The answer to a wish that no budget fulfils, because a Java array or an int cannot count it.
  synchronized BackendException beyondCounting(long bytes, String what) {
    return outOfMemory(bytes, what, null);
  }

  private BackendException outOfMemory(
      long bytes, String what, @org.jspecify.annotations.Nullable Throwable cause) {
    return new BackendException(
        StandardErrorCode.OUT_OF_MEMORY,
        BackendException.Severity.STEP_FAILED,
        what
            + " takes "
            + bytes
            + " bytes, "
            + (budget - used)
            + " of "
            + budget
            + " are free; use a smaller model, a shorter context or fewer KV blocks",
        cause);
  }

  /// Memory outside the heap with its owner.
  final class Block implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment memory;
    private final long bytes;
    private boolean open = true;

    private Block(Arena arena, MemorySegment memory, long bytes) {
      this.arena = arena;
      this.memory = memory;
      this.bytes = bytes;
    }

    /// The memory and its slack.
    MemorySegment memory() {
      return memory;
    }

    /// Where it begins, for [RawMemory].
    long address() {
      return memory.address();
    }

    /// Bytes asked for.
    long bytes() {
      return bytes;
    }

    @Override
    public void close() {
      if (open) {
        open = false;
        arena.close();
        give(bytes);
      }
    }
  }
}
