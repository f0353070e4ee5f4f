package dev.jacquard.conformance.host;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;
import java.util.function.Supplier;

/// Offers a backend of the kit's.
record KitBackends(String name, int priority, Availability probed, Supplier<KernelBackend> made)
    implements KernelBackendFactory {
  static KitBackends of(String name, Supplier<KernelBackend> made) {
    return new KitBackends(name, -1, new Availability.Available("nothing"), made);
  }

  @Override
  public Availability probe(PluginConfig config) {
    return probed;
  }

  @Override
  public KernelBackend create(PluginConfig config, KernelContext context) {
    return made.get();
  }
}
