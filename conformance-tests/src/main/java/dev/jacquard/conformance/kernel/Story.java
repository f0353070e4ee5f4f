package dev.jacquard.conformance.kernel;

import java.util.random.RandomGenerator;

/// One sequence as attention sees it: queries, keys and values of all its positions, and what came out.
@SuppressWarnings("ArrayRecordComponent") // a carrier within the kit, never compared
record Story(float[][] q, float[][] k, float[][] v, float[][] out) {
  static Story random(RandomGenerator random, int length, int queryWidth, int keyWidth) {
    return new Story(
        Bench.gaussians(random, length, queryWidth),
        Bench.gaussians(random, length, keyWidth),
        Bench.gaussians(random, length, keyWidth),
        new float[length][]);
  }

  /// Keys and values cut to 8 bits: every way of rounding to a 16-bit type leaves them as they are.
  Story storedExactly() {
    cut(k);
    cut(v);
    return this;
  }

  private static void cut(float[][] values) {
    for (float[] row : values) {
      for (int i = 0; i < row.length; i++) {
        float small = Math.abs(row[i]) < 0x1p-10f ? 0f : row[i];
        row[i] = Float.intBitsToFloat(Float.floatToRawIntBits(small) & 0xffff0000);
      }
    }
  }

  /// The same sequence, with nothing computed yet.
  Story anew() {
    return new Story(q, k, v, new float[q.length][]);
  }

  int length() {
    return q.length;
  }
}
