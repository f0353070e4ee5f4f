package dev.jacquard.conformance.kernel;

import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;

/// Makes the kernel backends that checks try.
@FunctionalInterface
public interface BackendUnderTest {
  /// A backend; the check closes it.
  KernelBackend create(KernelContext context);
}
