package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.jacquard.conformance.forwarding.ForwardingKernelBackend;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A naive backend with something wrong on top: ways to look into tensors and to bend the inputs of a step.
abstract class Broken extends ForwardingKernelBackend {
  Broken() {
    super(new NaiveKernelBackend());
  }

  float[][] get(Tensor tensor, int rows) {
    MemorySegment bytes = Arena.ofAuto().allocate(4L * Math.max(1, rows) * tensor.width(), 8);
    delegate.downloadRows(tensor, 0, rows, bytes);
    float[][] values = new float[rows][tensor.width()];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < tensor.width(); i++) {
        values[r][i] = bytes.get(JAVA_FLOAT_UNALIGNED, 4L * (r * tensor.width() + i));
      }
    }
    return values;
  }

  void set(Tensor tensor, float[][] values) {
    int width = tensor.width();
    MemorySegment bytes = Arena.ofAuto().allocate(4L * Math.max(1, values.length) * width, 8);
    for (int r = 0; r < values.length; r++) {
      for (int i = 0; i < width; i++) {
        bytes.set(JAVA_FLOAT_UNALIGNED, 4L * (r * width + i), values[r][i]);
      }
    }
    delegate.uploadRows(tensor, 0, values.length, bytes);
  }

  /// The next float, for the first `rows` rows: another rounding.
  void nudge(Tensor tensor, int rows) {
    float[][] values = get(tensor, rows);
    for (float[] row : values) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Math.nextUp(row[i]);
      }
    }
    set(tensor, values);
  }

  /// How the copy of a step differs from it.
  interface Bend {
    default int slot(int slot) {
      return slot;
    }

    default int tokenId(int id) {
      return id;
    }

    default int sequence(int sequence, int row) {
      return sequence;
    }

    default int block(int block, int index, int first) {
      return block;
    }
  }

  /// A copy of a step, bent.
  static StepInputs bent(StepInputs in, Bend bend) {
    Arena arena = Arena.ofAuto();
    MemorySegment tables = arena.allocate(StepInputs.blockTableBytes(in.shape()), 64);
    int width = in.shape().maxBlocksPerSequence();
    for (int s = 0; s < in.shape().maxSequences(); s++) {
      for (int i = 0; i < width; i++) {
        int block = bend.block(in.block(s, i), i, in.block(s, 0));
        tables.setAtIndex(JAVA_INT, (long) s * width + i, block);
      }
    }
    StepInputs copy =
        new StepInputs(in.shape(), arena.allocate(StepInputs.stagingBytes(in.shape()), 64), tables);
    copy.clear();
    for (int row = 0; row < in.rows(); row++) {
      copy.addRow(bend.sequence(in.sequence(row), row), in.length(row));
      for (int t = in.queryStart(row); t < in.queryStart(row + 1); t++) {
        copy.addToken(bend.tokenId(in.tokenId(t)), in.position(t), bend.slot(in.slot(t)));
      }
    }
    for (int o = 0; o < in.outputs(); o++) {
      copy.addOutput(in.outputToken(o));
    }
    return copy;
  }
}
