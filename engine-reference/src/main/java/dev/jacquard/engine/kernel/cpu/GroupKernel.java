package dev.jacquard.engine.kernel.cpu;

/// The inner loops of one weight type over one group of 32 rows.
///
/// The order of summation of every type and every implementation: for one output, `acc = 0`, then
/// `acc = fma(w[k], x[k], acc)` for `k` ascending.
interface GroupKernel {
  /// `y[yAt + r] = sum_k w[r][k] * x[xAt + k]` for the 32 rows of a group; `scratch` holds at least
  /// `width` floats.
  void multiply(long groupAt, int width, float[] x, int xAt, float[] y, int yAt, float[] scratch);

  /// `panel[k][32 rows]` as f32 for columns `[from, from + depth)`; both are multiples of the
  /// type's block. `scratch` holds at least `depth` floats.
  void dequantise(long groupAt, int width, int from, int depth, long panel, float[] scratch);
}
