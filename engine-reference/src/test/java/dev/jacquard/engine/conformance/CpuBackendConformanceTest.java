package dev.jacquard.engine.conformance;

import dev.jacquard.conformance.jupiter.KernelBackendConformance;
import dev.jacquard.engine.kernel.cpu.CpuKernelBackendFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;

/// The engine's own backend, judged like anybody's.
class CpuBackendConformanceTest extends KernelBackendConformance {
  @Override
  protected KernelBackendFactory factory() {
    return new CpuKernelBackendFactory();
  }
}
