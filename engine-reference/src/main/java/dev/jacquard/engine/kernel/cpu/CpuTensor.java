package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.Tensor;
import org.jspecify.annotations.Nullable;

/// What this backend hands out as [Tensor]. All fields are read on the engine's thread.
abstract sealed class CpuTensor implements Tensor {
  final CpuKernelBackend owner;
  final String name;
  private final int rows;
  private final int width;

  private CpuTensor(CpuKernelBackend owner, String name, int rows, int width) {
    this.owner = owner;
    this.name = name;
    this.rows = rows;
    this.width = width;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  /// Whether it may still be used.
  abstract boolean alive();

  @Override
  public String toString() {
    return name + " [" + rows + "][" + width + "]";
  }

  /// Rows of f32 on the heap; a view shares `data` with its base and has its stride.
  static final class Activation extends CpuTensor {
    final float[] data;
    final int offset;
    final int stride;
    final @Nullable Activation base;
    private boolean freed;

    Activation(CpuKernelBackend owner, int rows, int width, float[] data) {
      super(owner, "activation", rows, width);
      this.data = data;
      this.offset = 0;
      this.stride = width;
      this.base = null;
    }

    Activation(Activation of, int from, int width) {
      super(of.owner, "columns", of.rows(), width);
      this.data = of.data;
      this.offset = of.offset + from;
      this.stride = of.stride;
      this.base = of.base == null ? of : of.base;
    }

    /// Index of the first element of a row.
    int at(int row) {
      return offset + row * stride;
    }

    /// Whether both reach the same memory.
    @SuppressWarnings("ReferenceEquality") // the same memory, not the same numbers
    boolean overlaps(Activation other) {
      return data == other.data
          && offset < other.offset + other.width()
          && other.offset < offset + width();
    }

    void free() {
      freed = true;
    }

    @Override
    boolean alive() {
      return base == null ? !freed : base.alive();
    }
  }

  /// A matrix or an embedding, 32 rows interleaved as its [WeightFormat] says.
  static final class Matrix extends CpuTensor {
    final DType type;
    final WeightFormat format;
    final GroupKernel kernel;
    final MemoryLedger.Block block;
    final long groupBytes;
    private boolean freed;

    Matrix(
        CpuKernelBackend owner,
        String name,
        int rows,
        int width,
        WeightFormat format,
        GroupKernel kernel,
        MemoryLedger.Block block) {
      super(owner, name, rows, width);
      this.type = format.type();
      this.format = format;
      this.kernel = kernel;
      this.block = block;
      this.groupBytes = format.groupBytes(width);
    }

    /// Address of a group.
    long groupAt(int group) {
      return block.address() + group * groupBytes;
    }

    /// Groups of 32 rows, the last one padded with zero rows.
    int groups() {
      return (rows() + WeightFormat.GROUP - 1) / WeightFormat.GROUP;
    }

    void free() {
      freed = true;
      block.close();
    }

    @Override
    boolean alive() {
      return !freed;
    }
  }

  /// One row of f32 values: a norm's factors, a bias, attention sinks.
  static final class Row extends CpuTensor {
    final float[] data;
    private boolean freed;

    Row(CpuKernelBackend owner, String name, float[] data) {
      super(owner, name, 1, data.length);
      this.data = data;
    }

    void free() {
      freed = true;
    }

    @Override
    boolean alive() {
      return !freed;
    }
  }
}
