package dev.jacquard.spi.kernel;

/// How each output row of a step is sampled on a device that can ([Operation#SAMPLE]), column-wise. Greedy rows have temperature 0. The draw of a row depends on its seed and position alone.
public final class SamplingColumns {
  private final float[] temperature;
  private final float[] topP;
  private final float[] minP;
  private final int[] topK;
  private final long[] seed;
  private final int[] position;

  /// Columns for `maxOutputs` rows.
  public SamplingColumns(int maxOutputs) {
    temperature = new float[maxOutputs];
    topP = new float[maxOutputs];
    minP = new float[maxOutputs];
    topK = new int[maxOutputs];
    seed = new long[maxOutputs];
    position = new int[maxOutputs];
  }

  /// Sets one row; `topK` 0 means all.
  public void set(
      int row, float temperature, float topP, float minP, int topK, long seed, int position) {
    this.temperature[row] = temperature;
    this.topP[row] = topP;
    this.minP[row] = minP;
    this.topK[row] = topK;
    this.seed[row] = seed;
    this.position[row] = position;
  }

  /// Temperature, 0 for greedy.
  public float temperature(int row) {
    return temperature[row];
  }

  /// Nucleus.
  public float topP(int row) {
    return topP[row];
  }

  /// Least probability relative to the best.
  public float minP(int row) {
    return minP[row];
  }

  /// Candidates kept, 0 for all.
  public int topK(int row) {
    return topK[row];
  }

  /// Seed of the row's sequence.
  public long seed(int row) {
    return seed[row];
  }

  /// Position that is drawn.
  public int position(int row) {
    return position[row];
  }
}
