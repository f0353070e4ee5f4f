package dev.jacquard.spi.schedule;

import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.request.RequestListener;
import java.util.List;
import java.util.random.RandomGenerator;

/// What the host gives a scheduler at creation. Implemented by the engine, and by the conformance kit over its naive mechanism.
public interface SchedulerContext {
  /// The manager this scheduler drives.
  ///
  /// - Thread: the creating thread
  /// - Ownership: the host closes it, after the scheduler
  /// - Allocation: none
  /// - Rules: SCH-18
  BlockSpaceManager blocks();

  /// The bounds of a step.
  ///
  /// - Thread: the creating thread
  /// - Ownership: immutable
  /// - Allocation: none
  /// - Rules: SCH-1
  SchedulerLimits limits();

  /// What preemption does first when blocks run out.
  ///
  /// - Thread: the creating thread
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-6
  PreemptionMode preemption();

  /// The engine's time.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: SCH-8
  EngineClock clock();

  /// Where metrics are registered.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-15
  MetricSink metrics();

  /// A generator of the engine's seed; the only randomness a scheduler may use.
  ///
  /// - Thread: the creating thread, then engine
  /// - Ownership: the scheduler's alone
  /// - Allocation: none
  /// - Rules: SCH-8
  RandomGenerator random();

  /// Listeners to report to, in order.
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: SCH-16
  List<RequestListener> listeners();

  /// What the plugin that offers this scheduler opened for this engine, as its own class: the answer of its [dev.jacquard.spi.plugin.EnginePlugin#open].
  ///
  /// @throws ClassCastException when the plugin opened something else
  ///
  /// - Thread: the creating thread
  /// - Ownership: kept by the host
  /// - Allocation: none
  /// - Rules: PLG-11
  <T> T instance(Class<T> type);

  /// The host's continuous batching with the given policy. The answer is the scheduler to return from the factory.
  ///
  /// - Thread: the creating thread
  /// - Ownership: the policy belongs to the scheduler from now on
  /// - Allocation: free
  /// - Rules: SCP-1
  Scheduler continuousBatching(SchedulingPolicy policy);
}
