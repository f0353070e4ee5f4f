package dev.jacquard.engine.kernel.cpu;

import java.lang.foreign.Arena;

/// Memory of one worker that outlives regions: it grows to the largest use and then stays, so that
/// nothing is allocated after warm-up. A few hundred KiB, not counted.
final class Scratch {
  private final Arena arena;
  private long panel;
  private int panelSize;
  private float[] sums = new float[0];
  private float[] extra = new float[0];
  final float[] lanes = new float[Arithmetic.SUM_LANES];
  final float[] group = new float[WeightFormat.GROUP];

  private Scratch(Arena arena) {
    this.arena = arena;
  }

  /// A panel of f32 weights on a cache line: loads that straddle two lines cost a third of the
  /// speed.
  long panel(int size) {
    if (panelSize < size) {
      panel = arena.allocate(4L * size, 64).address();
      panelSize = size;
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
