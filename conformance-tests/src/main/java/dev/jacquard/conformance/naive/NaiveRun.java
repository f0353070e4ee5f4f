package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/// A random life of an engine: requests with shared prefixes arrive, grow, fork, fail, are
/// preempted and cancelled in a pool that is too small; when arrivals end, all must end within a
/// bound. Everything is drawn from one seed.
public final class NaiveRun {
  /// The shape of a run.
  ///
  /// @param hostBlocks 0 for no host tier
  /// @param cancelChance per step, in `[0, 1)`; likewise the next two
  /// @param hashMask see [NaiveSequence]
  public record Shape(
      int blockSize,
      int deviceBlocks,
      int hostBlocks,
      double watermark,
      boolean sharing,
      int window,
      int sinkTokens,
      PreemptionMode preemption,
      int maxRunning,
      int maxStepTokens,
      int stepsInFlight,
      int requests,
      double cancelChance,
      double failChance,
      double forkChance,
      long hashMask) {
    /// A shape drawn from `seed`, with `stepsInFlight` plans out.
    public static Shape random(long seed, int stepsInFlight) {
      SplittableRandom random = new SplittableRandom(seed);
      boolean windowed = random.nextInt(6) == 0;
      return new Shape(
          random.nextInt(1, 6),
          random.nextInt(8, 24),
          random.nextBoolean() ? random.nextInt(1, 30) : 0,
          random.nextInt(3) * 0.1,
          random.nextInt(8) > 0,
          windowed ? random.nextInt(1, 12) : 0,
          windowed ? random.nextInt(4) : 0,
          random.nextBoolean() ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE,
          random.nextInt(1, 9),
          random.nextInt(1, 24),
          stepsInFlight,
          random.nextInt(10, 50),
          random.nextBoolean() ? 0.05 : 0,
          random.nextInt(4) == 0 ? 0.05 : 0,
          random.nextInt(3) == 0 ? 0.1 : 0,
          random.nextInt(4) == 0 ? 3 : -1);
    }
  }

  /// What a run came to.
  public record Outcome(int finished, int preemptions, int steps) {}

  private static final int VOCABULARY = 512;

  private final Shape shape;
  private final SplittableRandom random;
  private final ManualClock clock = new ManualClock();
  private final List<int[]> stems = new ArrayList<>();

  private NaiveRun(Shape shape, long seed) {
    this.shape = shape;
    random = new SplittableRandom(seed ^ 0x5DEECE66DL);
  }

  /// Runs `shape` with the given manager and scheduler.
  ///
  /// @param caching listeners to the cache, the scheduling policy among them if it is one
  /// @throws AssertionError when anything is wrong; the caller adds the seed
  public static Outcome run(
      Shape shape,
      long seed,
      List<? extends CacheListener> caching,
      List<RequestListener> listening,
      Function<BlockSpaceContext, BlockSpaceManager> managers,
      Function<SchedulerContext, Scheduler> schedulers) {
    return new NaiveRun(shape, seed).go(seed, caching, listening, managers, schedulers);
  }

  private Outcome go(
      long seed,
      List<? extends CacheListener> caching,
      List<RequestListener> listening,
      Function<BlockSpaceContext, BlockSpaceManager> managers,
      Function<SchedulerContext, Scheduler> schedulers) {
    NaiveBlockSpaceContext space =
        NaiveBlockSpaceContext.of(shape.blockSize(), shape.deviceBlocks(), clock)
            .withHost(shape.hostBlocks())
            .withRules(shape.watermark(), shape.sharing())
            .withWindow(shape.window(), shape.sinkTokens())
            .withListeners(caching);
    SchedulerLimits limits =
        new SchedulerLimits(
            space.maxSequences(),
            shape.maxRunning(),
            shape.maxStepTokens(),
            shape.stepsInFlight(),
            space.maxSequenceLength());
    BlockSpaceManager blocks = managers.apply(space);
    Scheduler scheduler =
        schedulers.apply(
            NaiveSchedulerContext.of(blocks, limits, shape.preemption(), clock, seed, listening));
    NaiveEngine engine =
        new NaiveEngine(
            limits,
            blocks,
            scheduler,
            clock,
            new NaiveModel(
                shape.deviceBlocks() + shape.hostBlocks(),
                shape.blockSize(),
                shape.window(),
                shape.sinkTokens(),
                VOCABULARY),
            shape.hashMask(),
            listening);
    int arrived = 0;
    int steps = 0;
    int deadline = Integer.MAX_VALUE;
    boolean left = true;
    while (left || arrived < shape.requests()) {
      if (arrived < shape.requests()) {
        arrived += arrivals(engine, shape.requests() - arrived);
        deadline = arrived < shape.requests() ? deadline : steps + 20_000;
      }
      disturb(engine);
      left = engine.step(random.nextDouble() < shape.failChance());
      if (++steps > deadline) {
        throw new AssertionError(
            engine.running().size() + " sequences still wait or run long after the last arrival");
      }
    }
    engine.checkIdle();
    scheduler.close();
    blocks.close();
    return new Outcome(engine.finished(), engine.preemptions(), steps);
  }

  private int arrivals(NaiveEngine engine, int most) {
    int count = Math.min(most, random.nextInt(4) == 0 ? random.nextInt(1, 6) : 0);
    for (int i = 0; i < count; i++) {
      if (!engine.hasRoom()) {
        return i;
      }
      int capacity = shape.blockSize() * shape.deviceBlocks();
      int[] prompt = prompt(Math.max(1, capacity * 2 / 3));
      int tokens = random.nextInt(1, Math.max(2, Math.min(40, capacity - prompt.length + 1)));
      String tenant = "tenant-" + random.nextInt(3);
      RequestInfo request =
          NaiveRequests.of(
              engine.nextSerial(),
              clock.nanos(),
              random.nextInt(3),
              tenant,
              random.nextInt(8) == 0 ? tenant : "");
      engine.submit(request, prompt, tokens);
    }
    return count;
  }

  /// A prompt that often begins like an earlier one.
  private int[] prompt(int most) {
    int length = random.nextInt(1, most + 1);
    int[] prompt = random.ints(length, 0, VOCABULARY).toArray();
    if (!stems.isEmpty() && random.nextInt(4) > 0) {
      int[] stem = stems.get(random.nextInt(stems.size()));
      int shared = random.nextInt(Math.min(stem.length, length) + 1);
      System.arraycopy(stem, 0, prompt, 0, shared);
    }
    stems.add(prompt);
    return prompt;
  }

  private void disturb(NaiveEngine engine) {
    List<NaiveSequence> running = engine.running();
    if (running.isEmpty()) {
      return;
    }
    NaiveSequence any = running.get(random.nextInt(running.size()));
    if (random.nextDouble() < shape.cancelChance()) {
      engine.cancel(any);
    } else if (random.nextDouble() < shape.forkChance()
        && engine.hasRoom()
        && any.index() == 0
        && any.length() > any.promptLength()) {
      engine.fork(any, 1 + random.nextInt(60));
    }
  }
}
