package dev.jacquard.engine.kernel.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory of one worker that outlives regions: it grows to the largest use and then stays, so that
/// nothing is allocated after warm-up. A few hundred KiB, not counted.
final class Scratch {
  private final Arena arena;
  private MemorySegment panel = MemorySegment.NULL;
  private float[] sums = new float[0];
  private float[] extra = new float[0];
  final float[] lanes = new float[Arithmetic.SUM_LANES];
  final float[] group = new float[WeightFormat.GROUP];

  private Scratch(Arena arena) {
    this.arena = arena;
  }

  /// A panel of f32 weights on a cache line: loads that straddle two lines cost a third of the
  /// speed.
  MemorySegment panel(int size) {
    if (panel.byteSize() < 4L * size) {
      panel = arena.allocate(4L * size, 64);
    }
    return panel;
  }

  /// Sums in flight.
  float[] sums(int size) {
    if (sums.length < size) {
      sums = new float[size];
    }
    return sums;
  }

  /// Scales and the like.
  float[] extra(int size) {
    if (extra.length < size) {
      extra = new float[size];
    }
    return extra;
  }

  /// One for each worker.
  static Scratch[] forThreads(int threads, Arena arena) {
    Scratch[] all = new Scratch[threads];
    for (int i = 0; i < threads; i++) {
      all[i] = new Scratch(arena);
    }
    return all;
  }
}
