package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Mutant;
import java.util.List;

/// Hosts that break one promise each.
final class HostMutants {
  private HostMutants() {}

  static List<Mutant<HostUnderTest>> all() {
    return List.of();
  }
}
