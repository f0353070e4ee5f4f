package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;
import java.lang.management.ManagementFactory;

/// Makes [CpuKernelBackend]s. Name `reference`; one key, `threads`: threads that compute, the
/// engine's included, by default what the operator gave the engine.
public final class CpuKernelBackendFactory implements KernelBackendFactory {
  private static final int MOST_THREADS = 1024;

  /// A factory.
  public CpuKernelBackendFactory() {}

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "CPU cores through the Vector API";
  }

  @Override
  public Availability probe(PluginConfig config) {
    return new Availability.Available(
        "CPU, " + Runtime.getRuntime().availableProcessors() + " cores");
  }

  @Override
  public KernelBackend create(PluginConfig config, KernelContext context) {
    int threads = config.integer("threads", context.threads(), 1, MOST_THREADS);
    return new CpuKernelBackend(threads, Arithmetics.best(), machineMemory());
  }

  private static long machineMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
