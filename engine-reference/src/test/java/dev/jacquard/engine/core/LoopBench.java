package dev.jacquard.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.asserting.AssertingBlockSpaceManager;
import dev.jacquard.conformance.asserting.AssertingEvictionPolicy;
import dev.jacquard.conformance.asserting.AssertingKernelBackend;
import dev.jacquard.conformance.asserting.AssertingScheduler;
import dev.jacquard.conformance.asserting.AssertingSchedulingPolicy;
import dev.jacquard.conformance.asserting.StepProtocol;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.engine.block.PagedBlockSpaceManager;
import dev.jacquard.engine.kernel.cpu.CpuKernelBackendFactory;
import dev.jacquard.engine.metrics.EngineMetrics;
import dev.jacquard.engine.metrics.PrometheusMetrics;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.engine.model.ModelGraph;
import dev.jacquard.engine.model.config.SyntheticModel;
import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.engine.schedule.ContinuousBatchingScheduler;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/// An engine loop without a thread over a tiny model, turned by the test, whose parts the test may
/// wrap. What the test wrapped is wrapped again, by what checks each call from both sides; a rule
/// that was broken fails the test at the latest when the bench is closed.
final class LoopBench implements AutoCloseable {
  /// What a test chooses.
  static final class Setup {
    private int stepsInFlight = 1;
    private int blocks = 64;
    private int hostBlocks;
    private int maxRunning = 4;
    private int stepTokens = 32;
    private int endToken = -1;
    private int threads = 1;
    private boolean asserting = true;
    private UnaryOperator<KernelBackend> backends = b -> b;
    private UnaryOperator<Scheduler> schedulers = s -> s;
    private UnaryOperator<BlockSpaceManager> managers = m -> m;
    private UnaryOperator<EvictionPolicy> evictions = p -> p;
    private UnaryOperator<SchedulingPolicy> schedulings = p -> p;

    Setup stepsInFlight(int value) {
      stepsInFlight = value;
      return this;
    }

    Setup blocks(int device, int host) {
      blocks = device;
      hostBlocks = host;
      return this;
    }

    Setup maxRunning(int value) {
      maxRunning = value;
      return this;
    }

    Setup stepTokens(int value) {
      stepTokens = value;
      return this;
    }

    Setup endToken(int value) {
      endToken = value;
      return this;
    }

    /// Threads of the backend.
    Setup threads(int value) {
      threads = value;
      return this;
    }

    /// Without the wrappers that check each call: they allocate, and take time.
    Setup bare() {
      asserting = false;
      return this;
    }

    Setup faults(FaultyBackend value) {
      return backend(value::before);
    }

    Setup backend(UnaryOperator<KernelBackend> value) {
      backends = value;
      return this;
    }

    Setup schedulers(UnaryOperator<Scheduler> value) {
      schedulers = value;
      return this;
    }

    Setup managers(UnaryOperator<BlockSpaceManager> value) {
      managers = value;
      return this;
    }

    /// What stands before LRU.
    Setup evictions(UnaryOperator<EvictionPolicy> value) {
      evictions = value;
      return this;
    }

    /// What stands before first-come-first-served.
    Setup schedulings(UnaryOperator<SchedulingPolicy> value) {
      schedulings = value;
      return this;
    }
  }

  static final int BLOCK_SIZE = 8;
  private static final int MAX_LENGTH = 128;

  final ManualClock clock = new ManualClock();
  final PrometheusMetrics metrics = new PrometheusMetrics();
  final EngineLoop loop;
  private final StepProtocol protocol = new StepProtocol();
  private final Setup setup;
  private final SchedulerLimits limits;
  private final LoadedModel model;
  private final KernelBackend backend;
  private BlockSpaceManager blocks;
  private long serials;

  LoopBench(Path folder, Setup setup) {
    this.setup = setup;
    model =
        LoadedModel.open(new SyntheticModel("llama").seed(3).writeGguf(folder.resolve("m.gguf")));
    limits =
        new SchedulerLimits(
            16, setup.maxRunning, setup.stepTokens, setup.stepsInFlight, MAX_LENGTH);
    KernelBackend real =
        setup.backends.apply(
            new CpuKernelBackendFactory()
                .create(
                    new ConfigTree(Map.of()).section("reference"),
                    new Kernel(setup.threads, clock, metrics)));
    backend = setup.asserting ? new AssertingKernelBackend(real, protocol) : real;
    StepShape shape =
        new StepShape(
            setup.stepTokens,
            setup.maxRunning,
            setup.maxRunning,
            16,
            MAX_LENGTH / BLOCK_SIZE,
            BLOCK_SIZE);
    ModelGraph graph = new ModelGraph(backend, model.file(), model.weights(), shape, layers -> {});
    KvCacheLayout layout =
        new KvCacheLayout(
            model.config().layers(),
            model.config().kvHeads(),
            model.config().headDim(),
            BLOCK_SIZE,
            DType.F32);
    KvCache kv = backend.allocateKvCache(layout, setup.blocks, setup.hostBlocks);
    blocks = new PagedBlockSpaceManager(space(), new LruEviction(setup.blocks, setup.hostBlocks));
    loop =
        new EngineLoop(
            new EngineParts(
                backend,
                graph,
                kv,
                shape,
                limits,
                StepBudget.fixed(setup.stepTokens),
                clock,
                new EngineMetrics(metrics),
                setup.endToken < 0 ? new EndTokens() : new EndTokens(setup.endToken),
                graph.vocabulary()),
            this::mechanisms,
            List.of());
  }

  private Space space() {
    return new Space(setup.blocks, setup.hostBlocks, clock, metrics);
  }

  private Mechanisms mechanisms() {
    BlockSpaceManager manager =
        setup.managers.apply(new PagedBlockSpaceManager(space(), eviction()));
    blocks = setup.asserting ? new AssertingBlockSpaceManager(manager, protocol) : manager;
    PreemptionMode mode = setup.hostBlocks > 0 ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE;
    Scheduling context = new Scheduling(blocks, limits, mode, clock, metrics);
    Scheduler scheduler =
        setup.schedulers.apply(new ContinuousBatchingScheduler(context, scheduling()));
    return new Mechanisms(
        blocks, setup.asserting ? new AssertingScheduler(scheduler, limits, protocol) : scheduler);
  }

  private EvictionPolicy eviction() {
    EvictionPolicy lru = new LruEviction(setup.blocks, setup.hostBlocks);
    return setup.evictions.apply(
        setup.asserting
            ? new AssertingEvictionPolicy(lru, setup.blocks, setup.hostBlocks, protocol)
            : lru);
  }

  private SchedulingPolicy scheduling() {
    SchedulingPolicy fcfs = new FcfsScheduling();
    return setup.schedulings.apply(
        setup.asserting ? new AssertingSchedulingPolicy(fcfs, protocol) : fcfs);
  }

  /// A prompt of its own for every seed.
  int[] prompt(long seed, int length) {
    return new SplittableRandom(seed).ints(length, 0, model.config().vocabSize()).toArray();
  }

  ActiveRequest submit(int[] prompt, SamplingParams sampling) {
    return submit(prompt, sampling, Long.MAX_VALUE);
  }

  ActiveRequest submit(int[] prompt, SamplingParams sampling, long deadline) {
    RequestInfo info =
        new RequestInfo(
            "request-" + ++serials,
            serials,
            clock.nanos(),
            deadline,
            0,
            "",
            "",
            "",
            sampling,
            RequestHints.NONE,
            Map.of());
    int length = Math.min(MAX_LENGTH, prompt.length + sampling.maxTokens());
    ActiveRequest request = new ActiveRequest(info, prompt, length, BLOCK_SIZE);
    loop.submit(request);
    return request;
  }

  /// Turns until nothing is left to do.
  void run() {
    int turns = 0;
    while (loop.turn()) {
      clock.advance(1_000_000);
      assertTrue(++turns < 5_000, "the loop does not come to rest");
    }
  }

  /// Turns `turns` times.
  void turn(int turns) {
    for (int i = 0; i < turns; i++) {
      loop.turn();
      clock.advance(1_000_000);
    }
  }

  /// Nothing is held any more, by anybody.
  void assertAtRest() {
    run();
    assertEquals(0, loop.waiting(), "waiting");
    assertEquals(0, loop.running(), "running");
    assertEquals(0, loop.usedBlocks(), "used blocks");
    for (Tier tier : Tier.values()) {
      assertEquals(blocks.totalBlocks(tier), blocks.availableBlocks(tier), tier + " blocks");
    }
  }

  static List<List<Integer>> answers(ActiveRequest request) {
    List<List<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < request.count(); i++) {
      answers.add(Arrays.stream(request.sequence(i).generated(0)).boxed().toList());
    }
    return answers;
  }

  /// A metric's value, 0 when it was never counted.
  double metric(String name) {
    return metrics
        .text()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  @Override
  public void close() {
    loop.close();
    backend.close();
    model.close();
    protocol.verify();
  }

  private record Kernel(int threads, EngineClock clock, MetricSink metrics)
      implements KernelContext {
    @Override
    public <T> T instance(Class<T> type) {
      return type.cast(PluginInstance.NOTHING_SHARED);
    }
  }

  private record Space(int deviceBlocks, int hostBlocks, EngineClock clock, MetricSink metrics)
      implements BlockSpaceContext {
    @Override
    public int blockSize() {
      return BLOCK_SIZE;
    }

    @Override
    public int maxSequences() {
      return 16;
    }

    @Override
    public int maxSequenceLength() {
      return MAX_LENGTH;
    }

    @Override
    public double watermark() {
      return 0;
    }

    @Override
    public boolean prefixSharing() {
      return true;
    }

    @Override
    public int window() {
      return 0;
    }

    @Override
    public int sinkTokens() {
      return 0;
    }

    @Override
    public List<CacheListener> listeners() {
      return List.of();
    }

    @Override
    public <T> T instance(Class<T> type) {
      return type.cast(PluginInstance.NOTHING_SHARED);
    }

    @Override
    public BlockSpaceManager paged(EvictionPolicy policy) {
      return new PagedBlockSpaceManager(this, policy);
    }
  }

  private record Scheduling(
      BlockSpaceManager blocks,
      SchedulerLimits limits,
      PreemptionMode preemption,
      EngineClock clock,
      MetricSink metrics)
      implements SchedulerContext {
    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
    }

    @Override
    public List<RequestListener> listeners() {
      return List.of();
    }

    @Override
    public <T> T instance(Class<T> type) {
      return type.cast(PluginInstance.NOTHING_SHARED);
    }

    @Override
    public Scheduler continuousBatching(SchedulingPolicy policy) {
      return new ContinuousBatchingScheduler(this, policy);
    }
  }
}
