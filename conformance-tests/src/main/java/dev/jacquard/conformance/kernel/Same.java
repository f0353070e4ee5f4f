package dev.jacquard.conformance.kernel;

/// Compares what was expected with what was seen, in words for the author of the backend.
final class Same {
  private Same() {}

  static void require(boolean kept, String message) {
    if (!kept) {
      throw new AssertionError(message);
    }
  }

  /// Every row within `tolerance` of its largest expected magnitude (KRN-1).
  static void within(String what, double tolerance, double[][] expected, float[][] seen) {
    for (int r = 0; r < expected.length; r++) {
      double largest = 0;
      for (double value : expected[r]) {
        largest = Math.max(largest, Math.abs(value));
      }
      for (int i = 0; i < expected[r].length; i++) {
        double off = Math.abs(expected[r][i] - seen[r][i]);
        if (!(off <= tolerance * largest)) {
          throw new AssertionError(
              what
                  + ": row "
                  + r
                  + ", element "
                  + i
                  + " is "
                  + seen[r][i]
                  + ", the float64 oracle says "
                  + expected[r][i]
                  + "; the error of "
                  + (largest == 0 ? off : off / largest)
                  + " relative to the row's largest value exceeds the declared tolerance of "
                  + tolerance);
        }
      }
    }
  }

  /// The same bits everywhere.
  static void bits(String what, float[][] expected, float[][] seen) {
    require(
        expected.length == seen.length,
        what + ": " + seen.length + " rows instead of " + expected.length);
    for (int r = 0; r < expected.length; r++) {
      bits(what + ": row " + r, expected[r], seen[r]);
    }
  }

  static void bits(String what, float[] expected, float[] seen) {
    for (int i = 0; i < expected.length; i++) {
      int left = Float.floatToIntBits(expected[i]);
      int right = Float.floatToIntBits(seen[i]);
      if (left != right) {
        throw new AssertionError(
            what
                + ": element "
                + i
                + " is "
                + seen[i]
                + " (bits "
                + Integer.toHexString(right)
                + "), it was "
                + expected[i]
                + " (bits "
                + Integer.toHexString(left)
                + ")");
      }
    }
  }

  static void bytes(String what, byte[] expected, byte[] seen) {
    int at = java.util.Arrays.mismatch(expected, seen);
    if (at >= 0) {
      throw new AssertionError(
          what + ": byte " + at + " of " + expected.length + " of its export differs");
    }
  }

  static void bytes(String what, byte[][] expected, byte[][] seen) {
    for (int block = 0; block < expected.length; block++) {
      bytes(what + ": block " + block, expected[block], seen[block]);
    }
  }
}
