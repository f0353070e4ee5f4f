package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import java.util.ArrayList;
import java.util.List;

/// The checks of block space managers: rules BSM that bind plugins, but for BSM-28, which binds
/// listeners ([ListenerChecks]).
public final class BlockSpaceChecks {
  private BlockSpaceChecks() {}

  /// All of them.
  public static List<Check<ManagerUnderTest>> all() {
    List<Check<ManagerUnderTest>> checks = new ArrayList<>();
    checks.addAll(CountingScripts.all());
    checks.addAll(PrefixScripts.all());
    checks.addAll(GrowthScripts.all());
    checks.addAll(CopyScripts.all());
    checks.addAll(TableScripts.all());
    checks.addAll(RandomChecks.all());
    checks.addAll(CostChecks.all());
    return List.copyOf(checks);
  }
}
