package dev.jacquard.conformance.subject;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.plugin.PluginInstance;

/// Another context, with a plugin's instance.
record InstanceKernelContext(KernelContext to, PluginInstance plugin) implements KernelContext {
  @Override
  public int threads() {
    return to.threads();
  }

  @Override
  public EngineClock clock() {
    return to.clock();
  }

  @Override
  public MetricSink metrics() {
    return to.metrics();
  }

  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(plugin);
  }
}
