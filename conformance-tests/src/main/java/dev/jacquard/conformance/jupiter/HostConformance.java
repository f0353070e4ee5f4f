package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.host.HostChecks;
import dev.jacquard.conformance.host.HostUnderTest;

/// Tries a host, which is an engine with its way of finding plugins: the rules that bind the host.
public abstract class HostConformance extends Conformance<HostUnderTest> {
  /// For subclasses.
  protected HostConformance() {}

  /// The host to try.
  protected abstract HostUnderTest host();

  @Override
  final Suite<HostUnderTest> suite() {
    return Suite.of("host", HostChecks.all(), host());
  }
}
