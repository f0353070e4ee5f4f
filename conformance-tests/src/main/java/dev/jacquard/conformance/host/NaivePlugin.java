package dev.jacquard.conformance.host;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;

/// What the naive host brings itself, under the name `reference`.
final class NaivePlugin {
  private static final String NAME = "reference";

  private NaivePlugin() {}

  static KitPlugin make() {
    return new KitPlugin("naive")
        .scheduler(NAME, context -> context.continuousBatching(new ArrivalOrder()))
        .manager(NAME, context -> context.paged(new LruOrder(context.deviceBlocks())))
        .backend(new Backends());
  }

  private static final class Backends implements KernelBackendFactory {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public Availability probe(PluginConfig config) {
      return new Availability.Available("nothing");
    }

    @Override
    public KernelBackend create(PluginConfig config, KernelContext context) {
      return new IdleBackend();
    }
  }
}
