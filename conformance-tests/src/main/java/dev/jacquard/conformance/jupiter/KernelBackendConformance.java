package dev.jacquard.conformance.jupiter;

import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.kernel.BackendUnderTest;
import dev.jacquard.conformance.kernel.KernelChecks;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import org.opentest4j.TestAbortedException;

/// Tries a kernel backend: rules KRN. Skipped, with the reason, where the backend says that it is not
/// available.
public abstract class KernelBackendConformance extends FactoryConformance<BackendUnderTest> {
  /// For subclasses.
  protected KernelBackendConformance() {}

  /// The factory of the backends to try.
  protected abstract KernelBackendFactory factory();

  @Override
  final Suite<BackendUnderTest> suite() {
    KernelBackendFactory factory = factory();
    if (factory.probe(pluginConfig()) instanceof Availability.Unavailable(String reason)) {
      throw new TestAbortedException(
          "NOT RUN: the backend " + factory.name() + " is unavailable: " + reason);
    }
    return suite(
        "kernel-backend:" + factory.name(), KernelChecks.all(), factories().backends(factory));
  }
}
