package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_1;
import static dev.jacquard.conformance.Rule.SCH_7;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.schedule.Stage.Call;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A scheduler under test and everything around it that watches: the manager, the listeners, the
/// metrics, the clock. Every call of the scheduler goes through [#call].
final class World {
  final SchedulerLimits limits;
  final Ruling ruling;
  final Stage stage = new Stage();
  final ManualClock clock = new ManualClock();
  final Counters counters = new Counters();
  final Ghost ghost;
  final WatchedBlocks blocks;
  final WatchedListener listener;
  final Scheduler scheduler;

  /// @param more listeners beside the two that watch, before them
  World(
      SchedulerUnderTest subject,
      Setting setting,
      SchedulerLimits limits,
      Ruling ruling,
      long seed,
      List<RequestListener> more) {
    this.limits = limits;
    this.ruling = ruling;
    ghost = new Ghost(setting.deviceBlocks() + setting.hostBlocks(), setting.blockSize());
    BlockSpaceManager inner =
        NaiveBlockSpaceContext.of(setting.blockSize(), setting.deviceBlocks(), clock)
            .withHost(setting.hostBlocks())
            .withRules(0, setting.sharing())
            .withSequences(setting.maxSequences())
            .paged(new PlainEviction(setting.deviceBlocks()));
    blocks = new WatchedBlocks(inner, stage, ghost, ruling, setting.preemption());
    listener = new WatchedListener(stage, ruling);
    List<RequestListener> listeners = new ArrayList<>(more);
    listeners.addAll(listener.both());
    scheduler =
        subject.create(
            new NaiveSchedulerContext(
                blocks,
                limits,
                setting.preemption(),
                clock,
                counters,
                new SplittableRandom(seed),
                List.copyOf(listeners),
                PluginInstance.NOTHING_SHARED));
  }

  /// Calls the scheduler. What it throws against its contract is a failure of any check.
  void call(Call call, String name, Runnable body) {
    stage.call = call;
    blocks.begin();
    listener.begin();
    try {
      body.run();
    } catch (RuntimeException e) {
      ruling.rethrow();
      StackTraceElement[] frames = e.getStackTrace();
      String at = frames.length == 0 ? "?" : frames[0].toString();
      if (call == Call.PLAN && at.contains("StepPlan.")) {
        ruling.stop("plan relied on an exception of StepPlan: " + e.getMessage(), SCH_1);
      }
      throw new AssertionError(name + " threw " + e + " at " + at + ruling.history(), e);
    } finally {
      stage.call = Call.NONE;
    }
    ruling.rethrow();
    if (scheduler.waiting() < 0 || scheduler.running() < 0) {
      ruling.complain(SCH_7, "a count is negative after " + name);
    }
    listener.end();
  }

  /// Ends the scheduler, then the manager.
  void close() {
    stage.call = Call.CLOSE;
    try {
      scheduler.close();
    } finally {
      stage.call = Call.NONE;
    }
    blocks.inner().close();
  }
}
