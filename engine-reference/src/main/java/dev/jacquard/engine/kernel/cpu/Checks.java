package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.MemorySegment;

/// The door: what callers hand in is checked here before anything runs, because the kernels behind
/// it check nothing.
final class Checks {
  private final CpuKernelBackend owner;

  Checks(CpuKernelBackend owner) {
    this.owner = owner;
  }

  /// An activation of at least `rows` rows.
  CpuTensor.Activation activation(Tensor tensor, String role, int rows) {
    if (!(tensor instanceof CpuTensor.Activation own)) {
      throw refuse(role, tensor, "is no activation of this backend");
    }
    check(own, role);
    if (rows < 0 || rows > own.rows()) {
      throw refuse(role, tensor, "does not have " + rows + " rows");
    }
    return own;
  }

  /// An activation of at least `rows` rows and exactly `width` columns.
  CpuTensor.Activation activation(Tensor tensor, String role, int rows, int width) {
    CpuTensor.Activation own = activation(tensor, role, rows);
    if (own.width() != width) {
      throw refuse(role, tensor, "should be " + width + " wide");
    }
    return own;
  }

  CpuTensor.Matrix matrix(Tensor tensor, String role) {
    if (!(tensor instanceof CpuTensor.Matrix own)) {
      throw refuse(role, tensor, "is no matrix or embedding of this backend");
    }
    check(own, role);
    return own;
  }

  CpuTensor.Row row(Tensor tensor, String role) {
    if (!(tensor instanceof CpuTensor.Row own)) {
      throw refuse(role, tensor, "is no norm or bias of this backend");
    }
    check(own, role);
    return own;
  }

  CpuTensor own(Tensor tensor, String role) {
    if (!(tensor instanceof CpuTensor own)) {
      throw refuse(role, tensor, "is not of this backend");
    }
    check(own, role);
    return own;
  }

  CpuKvCache kv(KvCache cache, int layer) {
    owner.checkOpen();
    if (!(cache instanceof CpuKvCache own) || own.owner != owner) {
      throw new IllegalArgumentException("kv: the KV cache is not of this backend");
    }
    if (layer < 0 || layer >= own.layout().layers()) {
      throw new IllegalArgumentException(
          "kv: layer " + layer + " is not below " + own.layout().layers());
    }
    return own;
  }

  void block(CpuKvCache kv, int block) {
    if (block < 0 || block >= kv.blocks()) {
      throw new IllegalArgumentException("kv: block " + block + " is not below " + kv.blocks());
    }
  }

  /// Every slot of the step lies in the cache or is -1.
  void slots(CpuKvCache kv, StepInputs in) {
    long slots = (long) kv.blocks() * kv.layout().blockSize();
    for (int t = 0; t < in.tokens(); t++) {
      if (in.slot(t) < -1 || in.slot(t) >= slots) {
        throw new IllegalArgumentException(
            "kv: slot " + in.slot(t) + " of token " + t + " is not below " + slots);
      }
    }
  }

  /// Every block that a row's attention can reach lies in the cache or was given up.
  void blocks(CpuKvCache kv, StepInputs in) {
    int size = kv.layout().blockSize();
    for (int row = 0; row < in.rows(); row++) {
      int last = -1;
      for (int t = in.queryStart(row); t < in.queryStart(row + 1); t++) {
        last = Math.max(last, in.position(t));
      }
      for (int i = 0; i <= (last < 0 ? -1 : last / size); i++) {
        int block = in.block(in.sequence(row), i);
        if (block < -1 || block >= kv.blocks()) {
          throw new IllegalArgumentException(
              "kv: block " + block + " of row " + row + " is not below " + kv.blocks());
        }
      }
    }
  }

  /// Every id is a row of the table; negative ones stand for outputs that the engine resolves
  /// before.
  void tokenIds(StepInputs in, int rows) {
    for (int t = 0; t < in.tokens(); t++) {
      if (in.tokenId(t) < 0 || in.tokenId(t) >= rows) {
        throw new IllegalArgumentException(
            "token " + t + " has id " + in.tokenId(t) + ", the table has rows [0, " + rows + ")");
      }
    }
  }

  /// Every output is a token of the step.
  void outputs(StepInputs in) {
    for (int o = 0; o < in.outputs(); o++) {
      if (in.outputToken(o) < 0 || in.outputToken(o) >= in.tokens()) {
        throw new IllegalArgumentException(
            "output " + o + " is token " + in.outputToken(o) + " of " + in.tokens());
      }
    }
  }

  void bytes(MemorySegment segment, String role, long bytes) {
    if (segment.byteSize() < bytes) {
      throw new IllegalArgumentException(
          role + " has " + segment.byteSize() + " bytes, " + bytes + " are needed");
    }
  }

  private void check(CpuTensor tensor, String role) {
    owner.checkOpen();
    if (tensor.owner != owner) {
      throw refuse(role, tensor, "belongs to another backend");
    }
    if (!tensor.alive()) {
      throw refuse(role, tensor, "has been freed");
    }
  }

  private static IllegalArgumentException refuse(String role, Tensor tensor, String why) {
    return new IllegalArgumentException(
        role + ": " + tensor.rows() + " x " + tensor.width() + " (" + tensor + ") " + why);
  }
}
