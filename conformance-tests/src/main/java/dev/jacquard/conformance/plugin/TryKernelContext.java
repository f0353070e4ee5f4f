package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.plugin.PluginInstance;

/// The context of a backend.
record TryKernelContext(int threads, EngineClock clock, MetricSink metrics, PluginInstance plugin)
    implements KernelContext {
  @Override
  public <T> T instance(Class<T> type) {
    return type.cast(plugin);
  }
}
