package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.host.ComponentKind;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A plugin opened for one engine, as a host does it: one instance, asked for its listeners before any component is made, given to each component's context.
final class Opened implements AutoCloseable {
  private static final int THREADS = 2;

  private final PluginUnderTest subject;
  private final String id;
  private final RecordingConfig config;
  private final TryPluginContext context;
  private final PluginInstance instance;
  private final List<CacheListener> cacheListeners;
  private final List<RequestListener> requestListeners;

  private Opened(PluginUnderTest subject, Map<String, String> values) {
    this.subject = subject;
    id = subject.plugin().descriptor().id();
    config = new RecordingConfig(id, values);
    context = new TryPluginContext(config, new ManualClock(), new RecordingMetrics());
    try {
      instance = Require.answer(subject.plugin().open(context), "open");
      cacheListeners = Require.list(instance.cacheListeners(), "cacheListeners()");
      requestListeners = Require.list(instance.requestListeners(), "requestListeners()");
    } catch (RuntimeException | Error e) {
      context.remove();
      throw e;
    }
  }

  /// Opens the plugin with the configuration it is to be tried with.
  ///
  /// @throws AssertionError when that is not possible
  static Opened of(PluginUnderTest subject) {
    return made(
        "open", subject.configuration(), () -> new Opened(subject, subject.configuration()));
  }

  /// Opens the plugin with other values; what it throws passes through.
  static Opened with(PluginUnderTest subject, Map<String, String> values) {
    return new Opened(subject, values);
  }

  /// The plugin's id.
  String id() {
    return id;
  }

  /// What `open` answered.
  PluginInstance instance() {
    return instance;
  }

  RecordingConfig config() {
    return config;
  }

  TryPluginContext context() {
    return context;
  }

  List<CacheListener> cacheListeners() {
    return cacheListeners;
  }

  List<RequestListener> requestListeners() {
    return requestListeners;
  }

  /// The request fields it declares.
  List<HintField> hintFields() {
    return Require.list(subject.plugin().hintFields(), "hintFields()");
  }

  /// The block space managers to look at.
  List<BlockSpaceManagerFactory> managers() {
    return Require.list(subject.plugin().blockSpaceManagers(), "blockSpaceManagers()").stream()
        .filter(factory -> subject.looksAt(ComponentKind.BLOCK_MANAGER, factory.name()))
        .toList();
  }

  /// The schedulers to look at.
  List<SchedulerFactory> schedulers() {
    return Require.list(subject.plugin().schedulers(), "schedulers()").stream()
        .filter(factory -> subject.looksAt(ComponentKind.SCHEDULER, factory.name()))
        .toList();
  }

  /// The kernel backends to look at that can run here.
  List<KernelBackendFactory> backends() {
    return Require.list(subject.plugin().kernelBackends(), "kernelBackends()").stream()
        .filter(factory -> subject.looksAt(ComponentKind.KERNEL_BACKEND, factory.name()))
        .filter(factory -> factory.probe(config) instanceof Availability.Available)
        .toList();
  }

  /// A manager for `space`, whose metrics, listeners and instance become this plugin's.
  BlockSpaceManager create(BlockSpaceManagerFactory factory, NaiveBlockSpaceContext space) {
    return Require.answer(
        factory.create(config, here(space)), "create of block manager '" + factory.name() + "'");
  }

  /// A scheduler for `naive`, whose metrics and instance become this plugin's.
  Scheduler create(SchedulerFactory factory, NaiveSchedulerContext naive) {
    return Require.answer(
        factory.create(config, here(naive)), "create of scheduler '" + factory.name() + "'");
  }

  /// A backend.
  KernelBackend create(KernelBackendFactory factory) {
    return Require.answer(
        factory.create(
            config, new TryKernelContext(THREADS, context.clock(), context.metrics(), instance)),
        "create of kernel backend '" + factory.name() + "'");
  }

  /// `space` with this plugin in it.
  NaiveBlockSpaceContext here(NaiveBlockSpaceContext space) {
    return new NaiveBlockSpaceContext(
        space.blockSize(),
        space.deviceBlocks(),
        space.hostBlocks(),
        space.maxSequences(),
        space.maxSequenceLength(),
        space.watermark(),
        space.prefixSharing(),
        space.window(),
        space.sinkTokens(),
        space.clock(),
        context.metrics(),
        space.listeners(),
        instance);
  }

  private NaiveSchedulerContext here(NaiveSchedulerContext naive) {
    return new NaiveSchedulerContext(
        naive.blocks(),
        naive.limits(),
        naive.preemption(),
        naive.clock(),
        context.metrics(),
        naive.random(),
        naive.listeners(),
        instance);
  }

  /// What `make` makes with a configuration that must do.
  static <T> T made(String call, Map<String, String> values, Supplier<T> make) {
    try {
      return make.get();
    } catch (ConfigurationException e) {
      throw new AssertionError(
          call
              + " refused the configuration "
              + values
              + " it is to be tried with: "
              + e.getMessage()
              + ". Give the values it needs with --set",
          e);
    }
  }

  /// Closes the instance and removes the data folder.
  @Override
  public void close() {
    try {
      instance.close();
    } finally {
      context.remove();
    }
  }
}
