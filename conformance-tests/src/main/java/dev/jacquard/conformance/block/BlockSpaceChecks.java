package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import java.util.ArrayList;
import java.util.List;

/// The checks of block space managers: rules BSM that bind plugins, but for BSM-28, which binds
/// listeners.
public final class BlockSpaceChecks {
  private BlockSpaceChecks() {}

  /// All of them.
  public static List<Check<ManagerUnderTest>> all() {
    List<Check<ManagerUnderTest>> checks = new ArrayList<>();
    checks.addAll(RandomChecks.all());
    return List.copyOf(checks);
  }
}
