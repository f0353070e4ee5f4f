package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import java.util.List;
import java.util.stream.Stream;

/// The checks of the PLG rules that bind a plugin.
public final class PluginChecks {
  private PluginChecks() {}

  /// All of them, in the order of the rules.
  public static List<Check<PluginUnderTest>> all() {
    return Stream.of(
            IdentityChecks.all(),
            ProbeChecks.all(),
            IndependenceChecks.all(),
            CloseChecks.all(),
            ConfigurationChecks.all(),
            JarChecks.all(),
            HintChecks.all(),
            ParseChecks.all(),
            MetricChecks.all(),
            NameChecks.all(),
            ResourceChecks.all(),
            CommandChecks.all(),
            OutputChecks.all())
        .flatMap(List::stream)
        .sorted(java.util.Comparator.comparing(Check::rule))
        .toList();
  }
}
