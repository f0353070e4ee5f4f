package dev.jacquard.cuda;

import dev.jacquard.spi.Spi;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import java.util.List;

/// Entry point of the CUDA plugin.
public final class CudaPlugin implements EnginePlugin {
  /// For [java.util.ServiceLoader].
  public CudaPlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("cuda", "0.1.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return List.of(new CudaKernelBackendFactory());
  }
}
