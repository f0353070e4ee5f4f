package dev.jacquard.engine.kernel.cpu;

/// How columns (tokens, queries) are grouped for [Arithmetic#multiplyTile]: as many eights as fit,
/// then at most one four, two and one.
final class Tiles {
  private Tiles() {}

  /// Size of the tile that begins at column `at` of `count`.
  static int size(int count, int at) {
    int left = count - at;
    return left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
  }

  /// Packs `tile` rows of `x`, `stride` apart, as `[n][tile]`.
  static void pack(float[] x, int at, int stride, int tile, int n, float[] into, int intoAt) {
    for (int t = 0; t < tile; t++) {
      int from = at + t * stride;
      int to = intoAt + t;
      for (int k = 0; k < n; k++) {
        into[to + k * tile] = x[from + k];
      }
    }
  }
}
