package dev.jacquard.engine.model.file;

/// Numbers out of a JSON array.
final class PlainNumbers implements NumberList {
  private final double[] values;

  /// @param values owned by this object from here on
  PlainNumbers(double[] values) {
    this.values = values;
  }

  @Override
  public int size() {
    return values.length;
  }

  @Override
  public long longAt(int index) {
    return (long) values[index];
  }

  @Override
  public double doubleAt(int index) {
    return values[index];
  }
}
