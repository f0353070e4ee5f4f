package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import java.util.ArrayList;
import java.util.List;

/// The checks of all rules that bind a host.
public final class HostChecks {
  private HostChecks() {}

  /// All checks, in the order they run.
  public static List<Check<HostUnderTest>> all() {
    List<Check<HostUnderTest>> checks = new ArrayList<>();
    checks.addAll(PluginFaultChecks.all());
    checks.addAll(SelectionChecks.all());
    checks.addAll(HintChecks.all());
    checks.addAll(RequestInfoChecks.all());
    checks.addAll(EvictionFaultChecks.all());
    checks.addAll(EvictionOrderChecks.all());
    checks.addAll(SchedulingFaultChecks.all());
    checks.addAll(SchedulingOrderChecks.all());
    checks.addAll(ViewChecks.all());
    checks.addAll(RecoveryChecks.all());
    checks.addAll(ClearedChecks.all());
    checks.addAll(StagingChecks.all());
    return List.copyOf(checks);
  }
}
