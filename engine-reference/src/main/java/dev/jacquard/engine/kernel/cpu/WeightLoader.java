package dev.jacquard.engine.kernel.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the parts of a weight once and repacks them, all workers at it: after that the parts are
/// not needed any more.
final class WeightLoader {
  private static final int GROUP = WeightFormat.GROUP;
  private static final Set<DType> ROW_TYPES = Set.of(DType.F32, DType.F16, DType.BF16);

  private final MemoryLedger ledger;
  private final WorkerPool pool;
  private final Arithmetic arithmetic;
  private final @Nullable WeightFormat[] formats = Arithmetic.formats();

  WeightLoader(MemoryLedger ledger, WorkerPool pool, Arithmetic arithmetic) {
    this.ledger = ledger;
    this.pool = pool;
    this.arithmetic = arithmetic;
  }

  CpuTensor load(CpuKernelBackend owner, WeightSpec spec) {
    for (MemorySegment part : spec.parts()) {
      if (part.byteSize() % spec.type().rowBytes(spec.width()) != 0) {
        throw new IllegalArgumentException(
            spec.name() + ": a part of " + part.byteSize() + " bytes does not end with a row");
      }
    }
    return spec.role() == WeightRole.NORM || spec.role() == WeightRole.BIAS
        ? row(owner, spec)
        : matrix(owner, spec);
  }

  private CpuTensor.Row row(CpuKernelBackend owner, WeightSpec spec) {
    if (!ROW_TYPES.contains(spec.type())) {
      throw unsupported(spec, "norms and biases may be F32, F16 or BF16");
    }
    if (spec.rows() != 1) {
      throw new IllegalArgumentException(
          spec.name() + " has " + spec.rows() + " rows; a norm or bias has one");
    }
    float[] data = ledger.allocateFloats(spec.width(), spec.name());
    MemorySegment part = spec.parts().getFirst();
    for (int i = 0; i < data.length; i++) {
      data[i] =
          switch (spec.type()) {
            case F16 -> Float.float16ToFloat(part.get(JAVA_SHORT_UNALIGNED, 2L * i));
            case BF16 -> Halves.bfloatToFloat(part.get(JAVA_SHORT_UNALIGNED, 2L * i));
            default -> part.get(JAVA_FLOAT_UNALIGNED, 4L * i);
          };
    }
    return new CpuTensor.Row(owner, spec.name(), data);
  }

  private CpuTensor.Matrix matrix(CpuKernelBackend owner, WeightSpec spec) {
    WeightFormat format = formats[spec.type().ordinal()];
    if (format == null) {
      throw unsupported(spec, "matrices may be F32, F16, BF16, Q8_0 or Q4_0");
    }
    int groups = (spec.rows() + GROUP - 1) / GROUP;
    long groupBytes = format.groupBytes(spec.width());
    MemoryLedger.Block block = ledger.allocate(groups * groupBytes, spec.name());
    boolean done = false;
    try {
      pool.run(
          (worker, group) -> repack(spec, format, block.address() + group * groupBytes, group),
          groups);
      CpuTensor.Matrix matrix =
          new CpuTensor.Matrix(
              owner,
              spec.name(),
              spec.rows(),
              spec.width(),
              format,
              arithmetic.kernel(format),
              block);
      done = true;
      return matrix;
    } finally {
      if (!done) {
        block.close();
      }
    }
  }

  private static void repack(WeightSpec spec, WeightFormat format, long groupAt, int group) {
    long rowBytes = spec.type().rowBytes(spec.width());
    int end = Math.min(spec.rows(), (group + 1) * GROUP);
    for (int row = group * GROUP; row < end; row++) {
      long at = row * rowBytes;
      int part = 0;
      while (at >= spec.parts().get(part).byteSize()) {
        at -= spec.parts().get(part).byteSize();
        part++;
      }
      try {
        format.repackRow(spec.parts().get(part), at, spec.width(), groupAt, row % GROUP);
      } catch (WeightFormat.NotFiniteException e) {
        throw new BackendException(
            StandardErrorCode.INVALID_MODEL,
            BackendException.Severity.STEP_FAILED,
            spec.name() + ", row " + row + ": " + e.getMessage(),
            e);
      }
    }
  }

  private static BackendException unsupported(WeightSpec spec, String what) {
    return new BackendException(
        StandardErrorCode.UNSUPPORTED_OPERATION,
        BackendException.Severity.STEP_FAILED,
        spec.name()
            + " ("
            + spec.role()
            + ") has type "
            + spec.type()
            + "; on the reference backend "
            + what,
        null);
  }
}
