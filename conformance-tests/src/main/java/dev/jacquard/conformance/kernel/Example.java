package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import java.util.List;

/// One call of one operation with arguments that fit.
///
/// @param name as the SPI names the operation
/// @param needs what a backend must declare for it
/// @param args its tensors, in the order `call` takes them
record Example(String name, List<Operation> needs, List<Arg> args, Call call) {
  /// Calls the operation for the first `rows` rows, or for the step that the fixture has set up.
  @FunctionalInterface
  interface Call {
    void run(Fixture fixture, Tensor[] args, int rows);
  }

  Arg arg(String role) {
    return args.stream().filter(arg -> arg.role().equals(role)).findFirst().orElseThrow();
  }
}
