package dev.jacquard.engine.model;

import dev.jacquard.engine.model.file.ModelFile;
import dev.jacquard.engine.model.file.TensorInfo;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Several matrices with one input whose outputs lie side by side: Q, K and V, or gate and up. Neighbours of one type become one weight, so that a step has fewer and larger products.
final class FusedMatrix {
  private final List<Tensor> weights = new ArrayList<>();
  private final List<Tensor> outputs = new ArrayList<>();

  /// Loads `parts`, whose rows fill the columns of `out` in order.
  FusedMatrix(KernelBackend backend, ModelFile file, Tensor out, TensorInfo... parts) {
    int column = 0;
    int next = 0;
    while (next < parts.length) {
      TensorInfo first = parts[next];
      List<MemorySegment> data = new ArrayList<>();
      int rows = 0;
      while (next < parts.length && parts[next].type() == first.type()) {
        rows += Math.toIntExact(parts[next].shape()[0]);
        data.add(file.data(parts[next++]));
      }
      int width = Math.toIntExact(first.shape()[1]);
      weights.add(
          backend.loadWeight(
              new WeightSpec(
                  first.name(), WeightRole.MATRIX, false, first.type(), rows, width, data)));
      outputs.add(rows == out.width() ? out : backend.columns(out, column, rows));
      column += rows;
    }
  }

  void multiply(KernelBackend backend, Tensor x, int rows) {
    for (int i = 0; i < weights.size(); i++) {
      backend.matmul(outputs.get(i), x, weights.get(i), rows);
    }
  }
}
