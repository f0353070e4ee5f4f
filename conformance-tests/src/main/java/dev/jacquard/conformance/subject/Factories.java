package dev.jacquard.conformance.subject;

import dev.jacquard.conformance.block.EvictionUnderTest;
import dev.jacquard.conformance.block.ManagerUnderTest;
import dev.jacquard.conformance.kernel.BackendUnderTest;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.schedule.SchedulerUnderTest;
import dev.jacquard.conformance.schedule.SchedulingUnderTest;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;
import java.util.function.Supplier;

/// Makes what checks try through the factories of one plugin: with its configuration, and with an
/// instance of its own for each component.
///
/// @param config the plugin's section of the configuration
/// @param instances opens an instance; whoever gives it closes what it opened
public record Factories(Supplier<PluginConfig> config, Supplier<PluginInstance> instances) {
  /// What a factory makes: a component of its own, or the host's mechanism with a policy.
  public enum Kind {
    /// Written whole.
    COMPONENT,
    /// Exactly what the context's mechanism is, with another policy.
    POLICY,
    /// The mechanism with a policy, and something around it: both are tried.
    BOTH
  }

  /// The managers of `factory`.
  public ManagerUnderTest managers(BlockSpaceManagerFactory factory) {
    return context ->
        factory.create(config.get(), new InstanceBlockSpaceContext(context, instances.get()));
  }

  /// The eviction policies that `factory` plugs in.
  public EvictionUnderTest evictionPolicies(BlockSpaceManagerFactory factory) {
    return context -> policy(factory, context);
  }

  private EvictionPolicy policy(BlockSpaceManagerFactory factory, BlockSpaceContext context) {
    InstanceBlockSpaceContext asked = new InstanceBlockSpaceContext(context, instances.get());
    factory.create(config.get(), asked);
    EvictionPolicy policy = asked.policy();
    if (policy == null) {
      throw new AssertionError(
          "the block manager " + factory.name() + " did not call context.paged(policy) this time");
    }
    return policy;
  }

  /// The schedulers of `factory`.
  public SchedulerUnderTest schedulers(SchedulerFactory factory) {
    return context ->
        factory.create(config.get(), new InstanceSchedulerContext(context, instances.get()));
  }

  /// The scheduling policies that `factory` plugs in.
  public SchedulingUnderTest schedulingPolicies(SchedulerFactory factory) {
    return context -> policy(factory, context);
  }

  private SchedulingPolicy policy(SchedulerFactory factory, SchedulerContext context) {
    InstanceSchedulerContext asked = new InstanceSchedulerContext(context, instances.get());
    factory.create(config.get(), asked);
    SchedulingPolicy policy = asked.policy();
    if (policy == null) {
      throw new AssertionError(
          "the scheduler "
              + factory.name()
              + " did not call context.continuousBatching(policy) this time");
    }
    return policy;
  }

  /// The backends of `factory`.
  public BackendUnderTest backends(KernelBackendFactory factory) {
    return context ->
        factory.create(config.get(), new InstanceKernelContext(context, instances.get()));
  }

  /// What `factory` makes; makes one to find out.
  @SuppressWarnings("ReferenceEquality") // the very object is asked for
  public Kind kind(BlockSpaceManagerFactory factory) {
    InstanceBlockSpaceContext asked = new InstanceBlockSpaceContext(small(), instances.get());
    BlockSpaceManager made = factory.create(config.get(), asked);
    Kind kind = kind(asked.policy() != null, made == asked.mechanism());
    made.close();
    return kind;
  }

  /// What `factory` makes; makes one to find out.
  @SuppressWarnings("ReferenceEquality") // the very object is asked for
  public Kind kind(SchedulerFactory factory) {
    ManualClock clock = new ManualClock();
    NaiveBlockSpaceContext space = small();
    try (BlockSpaceManager blocks = space.paged(new EvictionPolicyOfNone())) {
      SchedulerLimits limits = new SchedulerLimits(8, 8, 64, 1, space.maxSequenceLength());
      InstanceSchedulerContext asked =
          new InstanceSchedulerContext(
              NaiveSchedulerContext.of(
                  blocks, limits, PreemptionMode.RECOMPUTE, clock, 1, List.of()),
              instances.get());
      Scheduler made = factory.create(config.get(), asked);
      Kind kind = kind(asked.policy() != null, made == asked.mechanism());
      made.close();
      return kind;
    }
  }

  private static Kind kind(boolean policy, boolean mechanismAlone) {
    if (!policy) {
      return Kind.COMPONENT;
    }
    return mechanismAlone ? Kind.POLICY : Kind.BOTH;
  }

  private static NaiveBlockSpaceContext small() {
    return NaiveBlockSpaceContext.of(4, 16, new ManualClock());
  }
}
