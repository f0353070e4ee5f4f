package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Mutant;
import java.util.List;
import java.util.stream.Stream;

/// Broken kernel backends: at least one for every rule that a kernel backend must keep.
public final class KernelMutants {
  private KernelMutants() {}

  /// All of them.
  public static List<Mutant<BackendUnderTest>> all() {
    return Stream.of(
            NumberMutants.all(),
            BitMutants.all(),
            BlockMutants.all(),
            StreamMutants.all(),
            RefusalMutants.all(),
            MemoryMutants.all())
        .flatMap(List::stream)
        .toList();
  }
}
