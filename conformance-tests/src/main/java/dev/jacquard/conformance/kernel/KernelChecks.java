package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Check;
import java.util.List;
import java.util.stream.Stream;

/// The checks of kernel backends: every KRN rule that binds a plugin.
public final class KernelChecks {
  private KernelChecks() {}

  /// All of them, those that say most about a broken backend first.
  public static List<Check<BackendUnderTest>> all() {
    return Stream.of(
            DeclarationChecks.all(),
            OperationChecks.all(),
            AttentionChecks.all(),
            UntouchedChecks.all(),
            RefusalChecks.all(),
            LayoutChecks.all(),
            BlockChecks.all(),
            InvarianceChecks.all(),
            FusionChecks.all(),
            OrderChecks.all(),
            ReplayChecks.all(),
            MemoryChecks.all(),
            FailureChecks.all(),
            AllocationChecks.all())
        .flatMap(List::stream)
        .toList();
  }
}
