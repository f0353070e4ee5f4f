package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.random.RandomGenerator;

/// A backend on the work bench: short ways to put numbers in and out. Closing it closes the backend.
final class Bench implements AutoCloseable {
  /// What lies where nobody may write.
  static final float CANARY = -12345.5f;

  final KernelBackend backend;
  final BackendCapabilities can;

  private Bench(KernelBackend backend) {
    this.backend = backend;
    can = backend.capabilities();
  }

  static Bench open(BackendUnderTest subject) {
    return open(subject, 1);
  }

  static Bench open(BackendUnderTest subject, int threads) {
    return new Bench(subject.create(new KernelHost(threads)));
  }

  /// Skips the check unless the backend declares `operations`.
  void require(Operation... operations) {
    for (Operation operation : operations) {
      if (!can.operations().contains(operation)) {
        throw lacks(operation.name());
      }
    }
  }

  /// Gives the backend back; what to throw when it does not declare `what`.
  NotApplicable lacks(String what) {
    close();
    return new NotApplicable(can.device() + " does not declare " + what);
  }

  boolean does(Operation operation) {
    return can.operations().contains(operation);
  }

  /// KV types it declares, in the order of the enum.
  List<DType> kvTypes() {
    return List.of(DType.values()).stream().filter(can.kvTypes()::contains).toList();
  }

  /// Weight types it declares, in the order of the enum.
  List<DType> weightTypes() {
    return List.of(DType.values()).stream().filter(can.weightTypes()::contains).toList();
  }

  Tensor rows(float[][] values) {
    Tensor made = backend.activation(values.length, values[0].length);
    upload(made, values);
    return made;
  }

  /// The same, as a view in the middle of something wider full of canaries.
  View view(float[][] values) {
    int width = values[0].length;
    float[][] all = canaries(values.length, width + 5);
    for (int r = 0; r < values.length; r++) {
      System.arraycopy(values[r], 0, all[r], 3, width);
    }
    Tensor base = rows(all);
    return new View(base, backend.columns(base, 3, width));
  }

  /// Columns and what they are columns of.
  record View(Tensor base, Tensor columns) {}

  static float[][] canaries(int rows, int width) {
    float[][] values = new float[rows][width];
    for (float[] row : values) {
      java.util.Arrays.fill(row, CANARY);
    }
    return values;
  }

  void upload(Tensor into, float[][] values) {
    int width = values[0].length;
    MemorySegment from = Arena.ofAuto().allocate(4L * values.length * width, 64);
    for (int r = 0; r < values.length; r++) {
      MemorySegment.copy(values[r], 0, from, JAVA_FLOAT_UNALIGNED, 4L * r * width, width);
    }
    backend.uploadRows(into, 0, values.length, from);
  }

  float[][] read(Tensor tensor) {
    return read(tensor, 0, tensor.rows());
  }

  float[][] read(Tensor tensor, int first, int rows) {
    int width = tensor.width();
    MemorySegment into = Arena.ofAuto().allocate(4L * rows * width, 64);
    backend.downloadRows(tensor, first, rows, into);
    float[][] values = new float[rows][width];
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(into, JAVA_FLOAT_UNALIGNED, 4L * r * width, values[r], 0, width);
    }
    return values;
  }

  Tensor load(Weight weight, WeightRole role) {
    return backend.loadWeight(weight.spec(role));
  }

  /// One row of F32 for `role`.
  Tensor row(WeightRole role, float... values) {
    MemorySegment bytes = Arena.ofAuto().allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, bytes, JAVA_FLOAT_UNALIGNED, 0, values.length);
    return backend.loadWeight(
        new WeightSpec(
            role == WeightRole.NORM ? "norm" : "bias",
            role,
            false,
            DType.F32,
            1,
            values.length,
            List.of(bytes)));
  }

  byte[] export(KvCache kv, int block) {
    long bytes = backend.kvBytesPerBlock(kv.layout());
    MemorySegment into = Arena.ofAuto().allocate(bytes, 64);
    backend.exportBlock(kv, block, into);
    return into.toArray(JAVA_BYTE);
  }

  void importBlock(KvCache kv, int block, byte[] bytes) {
    MemorySegment from = Arena.ofAuto().allocate(bytes.length, 64);
    MemorySegment.copy(bytes, 0, from, JAVA_BYTE, 0, bytes.length);
    backend.importBlock(kv, block, from);
  }

  byte[][] exportAll(KvCache kv) {
    byte[][] all = new byte[kv.blocks()][];
    for (int block = 0; block < all.length; block++) {
      all[block] = export(kv, block);
    }
    return all;
  }

  /// Empty inputs in staging of the backend, with tables of their own that name no block.
  StepInputs step(StepShape shape) {
    MemorySegment tables = backend.allocateStaging(StepInputs.blockTableBytes(shape));
    tables.fill((byte) -1);
    StepInputs in =
        new StepInputs(shape, backend.allocateStaging(StepInputs.stagingBytes(shape)), tables);
    in.clear();
    return in;
  }

  /// A step of one row of tokens, written nowhere.
  StepInputs tokens(int[] ids, int[] positions) {
    int n = Math.max(1, ids.length);
    StepInputs in = step(new StepShape(n, 1, n, 1, 1, 16));
    in.addRow(0, ids.length);
    for (int i = 0; i < ids.length; i++) {
      in.addToken(ids[i], positions[i], -1);
    }
    return in;
  }

  static float[][] gaussians(RandomGenerator random, int rows, int width) {
    float[][] values = new float[rows][width];
    for (float[] row : values) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return values;
  }

  static float[] gaussians(RandomGenerator random, int width) {
    return gaussians(random, 1, width)[0];
  }

  @Override
  public void close() {
    backend.close();
  }
}
