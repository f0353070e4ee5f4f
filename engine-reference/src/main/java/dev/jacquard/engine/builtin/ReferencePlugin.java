package dev.jacquard.engine.builtin;

import dev.jacquard.engine.kernel.cpu.CpuKernelBackendFactory;
import dev.jacquard.engine.policy.FairShareScheduling;
import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.engine.policy.LfuEviction;
import dev.jacquard.engine.policy.LpmScheduling;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.engine.policy.PlasScheduling;
import dev.jacquard.engine.policy.PriorityScheduling;
import dev.jacquard.engine.policy.PriorityTtlEviction;
import dev.jacquard.engine.policy.SmallestMissingPrefillScheduling;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;
import java.util.function.BiFunction;

/// What the engine brings itself. `reference` is the default of each kind; the other names are the same mechanisms with another policy.
public final class ReferencePlugin implements EnginePlugin {
  private static final int PREFILL_CHUNK = 256;

  /// For the host.
  public ReferencePlugin() {}

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("reference", Spi.version() + ".0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of(
        new Paged(
            "reference",
            "paged blocks, least recently used goes first",
            (config, c) -> new LruEviction(c.deviceBlocks(), c.hostBlocks())),
        new Paged(
            "lfu",
            "paged blocks, least often hit goes first",
            (config, c) -> new LfuEviction(c.deviceBlocks(), c.hostBlocks())),
        new Paged(
            "priority-ttl",
            "paged blocks, expired and then less important ones go first",
            (config, c) ->
                new PriorityTtlEviction(
                    c.deviceBlocks(),
                    c.hostBlocks(),
                    config.duration("retention", java.time.Duration.ofMinutes(5)).toNanos())));
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return List.of(
        new Batching("reference", "first come, first served", c -> new FcfsScheduling()),
        new Batching("priority", "lower priority value first", c -> new PriorityScheduling()),
        new Batching(
            "lpm", "longest cached prefix first", c -> new LpmScheduling(c.blocks().blockSize())),
        new Batching(
            "smallest-missing-prefill",
            "smallest prefill that is missing first, with ageing",
            c -> new SmallestMissingPrefillScheduling(c.blocks().blockSize(), PREFILL_CHUNK)),
        new Batching("plas", "least attained service of a tenant first", c -> new PlasScheduling()),
        new Batching("fair-share", "tenants in turn, by service", c -> new FairShareScheduling()));
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return List.of(new CpuKernelBackendFactory());
  }

  private record Paged(
      String name,
      String description,
      BiFunction<PluginConfig, BlockSpaceContext, EvictionPolicy> policy)
      implements BlockSpaceManagerFactory {
    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      return context.paged(policy.apply(config, context));
    }
  }

  private record Batching(
      String name,
      String description,
      java.util.function.Function<SchedulerContext, SchedulingPolicy> policy)
      implements SchedulerFactory {
    @Override
    public Scheduler create(PluginConfig config, SchedulerContext context) {
      return context.continuousBatching(policy.apply(context));
    }
  }
}
