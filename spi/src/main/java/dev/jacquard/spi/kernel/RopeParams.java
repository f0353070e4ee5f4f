package dev.jacquard.spi.kernel;

/// Rotary position embedding (Su et al., RoFormer): pair `i` of a head turns by `position * inverseFrequency(i)`. Scaling for long contexts is already in the frequencies.
public final class RopeParams {
  private final int headDim;
  private final RopeStyle style;
  private final float magnitude;
  private final double[] inverseFrequencies;

  /// Rotates the first `2 * inverseFrequencies.length` elements of heads of `headDim`; cosine and sine are multiplied by `magnitude`.
  public RopeParams(int headDim, RopeStyle style, float magnitude, double[] inverseFrequencies) {
    if (inverseFrequencies.length * 2 > headDim || inverseFrequencies.length == 0) {
      throw new IllegalArgumentException(
          inverseFrequencies.length + " rotary pairs do not fit into heads of " + headDim);
    }
    this.headDim = headDim;
    this.style = style;
    this.magnitude = magnitude;
    this.inverseFrequencies = inverseFrequencies.clone();
  }

  /// Elements of a head.
  public int headDim() {
    return headDim;
  }

  /// Which elements turn together.
  public RopeStyle style() {
    return style;
  }

  /// Factor of cosine and sine, 1 unless the scaling asks for more.
  public float magnitude() {
    return magnitude;
  }

  /// Rotated pairs of a head.
  public int pairs() {
    return inverseFrequencies.length;
  }

  /// Radians per position of pair `i`.
  public double inverseFrequency(int i) {
    return inverseFrequencies[i];
  }
}
