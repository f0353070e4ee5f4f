package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.DType;
import org.jspecify.annotations.Nullable;

/// Every loop over floats of this backend. There are two implementations, vector and scalar, whose results are equal in every bit: lanes are either independent outputs or the
/// 16 *virtual lanes* of a sum (element `i` belongs to lane `i % 16`, lanes are added as a tree: `l += l + 8`, `+ 4`, `+ 2`, `+ 1`), never the lanes the hardware happens to have.
interface Arithmetic {
  /// Lanes of a sum.
  int SUM_LANES = 16;

  /// For listings: what computes here.
  String description();

  /// The inner loops of a weight type.
  GroupKernel kernel(WeightFormat format);

  /// `c[t][32] += sum_k x[k][t] * panel[k][32]`, `k` ascending, for `tile` = 8, 4, 2 or 1 columns `t`; `x` is packed `[depth][tile]`.
  void multiplyTile(int tile, long panel, float[] x, int xAt, int depth, float[] c, int cAt);

  /// `sum of x[i]^2` over 16 virtual lanes, each `l = fma(x, x, l)`; `lanes` is scratch for them.
  float sumOfSquares(float[] x, int at, int n, float[] lanes);

  /// `out = (x * factor) * weight`.
  void scale(float[] out, int outAt, float[] x, int xAt, float factor, float[] weight, int n);

  /// `target += x`.
  void add(float[] target, int at, float[] x, int xAt, int n);

  /// `target *= factor`.
  void multiply(float[] target, int at, float factor, int n);

  /// `out = gate / (1 + exp(-gate)) * up`.
  void siluMultiply(float[] out, int outAt, float[] gate, int gateAt, float[] up, int upAt, int n);

  /// Scores of 32 keys in place: `s * scale`, then `cap * tanh(s / cap)` unless `cap` is 0. The answer is the largest of those with `visible` bit set, or `-Infinity`.
  float finishScores(float[] scores, int at, float scale, float cap, int visible);

  /// `p = exp(s - max)` in place for the 32 keys whose `visible` bit is set and 0 for the others; adds them to the 16 virtual lanes `sums`, the first 16 keys first.
  void exponentials(float[] scores, int at, float max, int visible, float[] sums);

  /// `into[row][n] = stored[row][n]` as f32: `rows` runs of `n` elements, `fromStep` elements apart in the store and `intoStep` in the target.
  void load(long from, int fromStep, KvType type, long into, int intoStep, int rows, int n);

  /// Adds 16 lanes as the fixed tree; destroys them.
  static float sumLanes(float[] lanes) {
    for (int step = SUM_LANES / 2; step > 0; step /= 2) {
      for (int i = 0; i < step; i++) {
        lanes[i] += lanes[i + step];
      }
    }
    return lanes[0];
  }

  /// Weight types both implementations know.
  static @Nullable WeightFormat[] formats() {
    WeightFormat[] byType = new WeightFormat[DType.values().length];
    for (WeightFormat format :
        new WeightFormat[] {
          new PlainFormat(), new F16Format(), new BF16Format(), new Q8_0Format(), new Q4_0Format()
        }) {
      byType[format.type().ordinal()] = format;
    }
    return byType;
  }
}
