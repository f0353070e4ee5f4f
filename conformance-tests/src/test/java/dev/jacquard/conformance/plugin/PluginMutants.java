package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Mutant;
import java.util.List;
import java.util.stream.Stream;

/// Plugins with one mistake each.
final class PluginMutants {
  private PluginMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return Stream.of(
            IdentityMutants.all(),
            LifeMutants.all(),
            ConfigurationMutants.all(),
            HintMutants.all(),
            ContributionMutants.all(),
            JarMutants.all(),
            OutputMutants.all())
        .flatMap(List::stream)
        .sorted(java.util.Comparator.comparing(Mutant::breaks))
        .toList();
  }
}
