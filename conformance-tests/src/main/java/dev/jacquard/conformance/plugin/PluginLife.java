package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveEngine;
import dev.jacquard.conformance.naive.NaiveModel;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// The life of an engine with one opened plugin: requests of three tenants with shared prefixes in a pool that is too small, each with hints; when all ended, one that needs nearly the whole
/// pool. The kit's loop compares every token with the direct computation. Everything is drawn from the seed.
final class PluginLife implements AutoCloseable {
  /// What `parse` answered.
  ///
  /// @param then what it said at that time
  record Attached(Object attachment, String then) {}

  /// The tenants of a life.
  static final List<String> TENANTS = List.of("tenant-0", "tenant-1", "tenant-2");

  private static final int BLOCK_SIZE = 4;
  private static final int DEVICE_BLOCKS = 20;
  private static final int HOST_BLOCKS = 8;
  private static final int VOCABULARY = 512;
  private static final int MOST_STEPS = 5_000;

  private final Opened plugin;
  private final Hinting hinting;
  private final SplittableRandom random;
  private final BlockSpaceManager blocks;
  private final TracedScheduler scheduler;
  private final NaiveEngine engine;
  private final List<int[]> stems = new ArrayList<>();
  private final List<Attached> attachments = new ArrayList<>();
  private int toCome;
  private int steps;

  /// A life that has not begun.
  ///
  /// @param requests how many requests will arrive
  /// @param hinting the hints of each request
  PluginLife(Opened plugin, Pairing pairing, long seed, int requests, Hinting hinting) {
    this.plugin = plugin;
    this.hinting = hinting;
    random = new SplittableRandom(seed);
    toCome = requests;
    ManualClock clock = plugin.context().clock();
    NaiveBlockSpaceContext space =
        plugin.here(
            NaiveBlockSpaceContext.of(BLOCK_SIZE, DEVICE_BLOCKS, clock)
                .withHost(HOST_BLOCKS)
                .withListeners(plugin.cacheListeners()));
    SchedulerLimits limits =
        new SchedulerLimits(
            space.maxSequences(), 6, 24, 1 + (int) (seed & 1), space.maxSequenceLength());
    blocks =
        Opened.made(
            "create",
            Map.of(),
            () ->
                pairing.manager() == null
                    ? space.paged(new PlainEviction(DEVICE_BLOCKS))
                    : plugin.create(pairing.manager(), space));
    NaiveSchedulerContext context =
        NaiveSchedulerContext.of(
            blocks,
            limits,
            (seed & 2) == 0 ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE,
            clock,
            seed,
            plugin.requestListeners());
    scheduler = new TracedScheduler(scheduler(pairing, context), blocks);
    engine =
        new NaiveEngine(
            limits,
            blocks,
            scheduler,
            clock,
            new NaiveModel(DEVICE_BLOCKS + HOST_BLOCKS, BLOCK_SIZE, 0, 0, VOCABULARY),
            -1,
            plugin.requestListeners());
  }

  private Scheduler scheduler(Pairing pairing, NaiveSchedulerContext context) {
    try {
      return Opened.made(
          "create",
          Map.of(),
          () ->
              pairing.scheduler() == null
                  ? context.continuousBatching(new PlainScheduling())
                  : plugin.create(pairing.scheduler(), context));
    } catch (RuntimeException | Error e) {
      blocks.close();
      throw e;
    }
  }

  /// One step; false when everything ended.
  boolean step() {
    plugin.context().betweenSteps();
    if (toCome > 0 && random.nextInt(3) > 0) {
      for (int i = random.nextInt(1, 4); i > 0 && toCome > 0 && engine.hasRoom(); i--) {
        toCome--;
        submit(prompt(), random.nextInt(1, 24), toCome);
      }
    }
    if (random.nextInt(30) == 0) {
      List<NaiveSequence> running = engine.running();
      if (!running.isEmpty()) {
        engine.cancel(running.get(random.nextInt(running.size())));
      }
    }
    boolean busy = engine.step(random.nextInt(40) == 0);
    if (++steps > MOST_STEPS) {
      throw new AssertionError(
          "after "
              + MOST_STEPS
              + " steps "
              + engine.running().size()
              + " requests still wait or run");
    }
    return busy || toCome > 0;
  }

  /// Runs to the end: everything ends, a request that needs nearly the whole pool goes through, nothing is left behind.
  PluginLife live() {
    while (step()) {}
    int capacity = BLOCK_SIZE * DEVICE_BLOCKS;
    submit(random.ints(capacity - 8, 0, VOCABULARY).toArray(), 4, 0);
    while (step()) {}
    engine.checkIdle();
    return this;
  }

  private void submit(int[] prompt, int tokens, int number) {
    String tenant = TENANTS.get(number % TENANTS.size());
    long serial = engine.nextSerial();
    RequestHints hints = hinting.hints(number);
    Object attachment;
    try {
      attachment = plugin.instance().parse(hints, tenant);
    } catch (RequestRejectedException e) {
      return; // a host answers the client and submits nothing
    }
    RequestInfo plain =
        NaiveRequests.of(
            serial, plugin.context().clock().nanos(), random.nextInt(3), tenant, tenant);
    engine.submit(
        new RequestInfo(
            plain.id(),
            serial,
            plain.arrivalNanos(),
            plain.deadlineNanos(),
            plain.priority(),
            tenant,
            tenant,
            "",
            plain.sampling(),
            hints,
            attachments(attachment)),
        prompt,
        tokens);
    engine.outcome(serial, FinishReason.STOP, number % 2 == 0 ? "search" : null);
  }

  private Map<String, Object> attachments(@Nullable Object attachment) {
    if (attachment == null) {
      return Map.of();
    }
    attachments.add(new Attached(attachment, Fingerprint.of(attachment)));
    return Map.of(plugin.id(), attachment);
  }

  /// A prompt that often begins like an earlier one.
  private int[] prompt() {
    int length = random.nextInt(1, BLOCK_SIZE * DEVICE_BLOCKS / 2);
    int[] prompt = random.ints(length, 0, VOCABULARY).toArray();
    if (!stems.isEmpty() && random.nextInt(4) > 0) {
      int[] stem = stems.get(random.nextInt(stems.size()));
      System.arraycopy(stem, 0, prompt, 0, Math.min(stem.length, length) * 3 / 4);
    }
    stems.add(prompt);
    return prompt;
  }

  /// What was decided so far, a line for each plan.
  List<String> trace() {
    return scheduler.trace();
  }

  /// What `parse` answered for the requests so far.
  List<Attached> attached() {
    return List.copyOf(attachments);
  }

  BlockSpaceManager blocks() {
    return blocks;
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /// Closes scheduler and manager, as a host does.
  @Override
  public void close() {
    scheduler.close();
    blocks.close();
  }
}
