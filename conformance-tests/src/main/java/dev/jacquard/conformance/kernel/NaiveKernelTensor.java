package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.Tensor;
import org.jspecify.annotations.Nullable;

/// Rows of f32 on the heap: an activation, a view of one, or a weight that was dequantised at load.
final class NaiveKernelTensor implements Tensor {
  final Object owner;
  final float[] data;
  final boolean weight;
  private final int rows;
  private final int width;
  private final int offset;
  private final int stride;
  private final @Nullable NaiveKernelTensor base;
  private boolean freed;

  NaiveKernelTensor(Object owner, boolean weight, int rows, int width, float[] data) {
    this.owner = owner;
    this.weight = weight;
    this.rows = rows;
    this.width = width;
    this.data = data;
    offset = 0;
    stride = width;
    base = null;
  }

  NaiveKernelTensor(NaiveKernelTensor base, int from, int width) {
    owner = base.owner;
    weight = base.weight;
    rows = base.rows;
    this.width = width;
    data = base.data;
    offset = base.offset + from;
    stride = base.stride;
    this.base = base;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  boolean view() {
    return base != null;
  }

  boolean alive() {
    return !freed && (base == null || base.alive());
  }

  void free() {
    freed = true;
  }

  long bytes() {
    return 4L * data.length;
  }

  int at(int row) {
    return offset + row * stride;
  }

  float get(int row, int column) {
    return data[at(row) + column];
  }

  void set(int row, int column, float value) {
    data[at(row) + column] = value;
  }

  @Override
  public String toString() {
    return (weight ? "weight" : "activation") + " of " + rows + " x " + width;
  }
}
