package dev.jacquard.engine.kernel.cpu;

/// Memory of one worker that outlives regions: it grows to the largest use and then stays, so that
/// nothing is allocated after warm-up. On the heap, a few hundred KiB.
final class Scratch {
  private float[] panel = new float[0];
  private float[] sums = new float[0];
  private float[] extra = new float[0];
  final float[] lanes = new float[Arithmetic.SUM_LANES];
  final float[] group = new float[WeightFormat.GROUP];

  /// f32 panels of weights or keys.
  float[] panel(int size) {
    if (panel.length < size) {
      panel = new float[size];
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
  static Scratch[] forThreads(int threads) {
    Scratch[] all = new Scratch[threads];
    for (int i = 0; i < threads; i++) {
      all[i] = new Scratch();
    }
    return all;
  }
}
