package dev.jacquard.cuda;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;

/// The backend `cuda`. This version has no kernels: it is never available, says why, and cannot be chosen.
final class CudaKernelBackendFactory implements KernelBackendFactory {
  private static final String REASON =
      "version 0.1.0 of plugin-cuda has no kernels yet; use --kernel-backend reference";

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    return "NVIDIA GPUs through JCuda (no kernels in this version)";
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Availability probe(PluginConfig config) {
    return new Availability.Unavailable(REASON);
  }

  @Override
  public KernelBackend create(PluginConfig config, KernelContext context) {
    throw new ConfigurationException("kernel backend cuda: " + REASON);
  }
}
