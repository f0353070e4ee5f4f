package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.OpenedPlugins;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginLoader;
import dev.jacquard.host.PluginProblem;
import dev.jacquard.host.ReservedNames;
import dev.jacquard.host.Selection;
import dev.jacquard.host.SelectionRequest;
import dev.jacquard.host.StartupProblems;
import dev.jacquard.spi.EngineClock;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SamplingParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// A naive host that runs: plugins found and opened, requests read on the caller's thread, everything else
/// on a thread of its own.
final class NaiveStarted implements HostUnderTest.Started {
  private final NaiveHost host;
  private final PluginCatalog catalog;
  private final OpenedPlugins plugins;
  private final HostMetrics metrics = new HostMetrics();
  private final AtomicLong serials = new AtomicLong();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("naive-host").factory());
  private final ManualClock clock = new ManualClock();
  private final NaiveLoop loop;

  NaiveStarted(NaiveHost host, HostSetup setup) {
    this.host = host;
    List<EnginePlugin> installed = new ArrayList<>();
    installed.add(NaivePlugin.make());
    installed.addAll(setup.plugins());
    // nothing but the plugins of the check: the platform's loader sees no others
    catalog =
        new PluginLoader(ClassLoader.getPlatformClassLoader(), ReservedNames.NONE)
            .load(installed, List.of());
    ConfigTree config = new ConfigTree(setup.settings());
    plugins = new OpenedPlugins(plugin -> new Context(plugin, config));
    try {
      Selection selection =
          host.select(
              catalog,
              config,
              new SelectionRequest(
                  setup.scheduler(),
                  setup.blockManager(),
                  setup.kernelBackend(),
                  setup.enabled(),
                  setup.strict()));
      for (LoadedPlugin plugin : selection.plugins()) {
        plugins.instance(plugin);
      }
      loop = new NaiveLoop(host, setup, selection, config, plugins, metrics, clock);
      StartupProblems problems = new StartupProblems();
      problems.addAll(config.unusedProblems());
      problems.throwIfAny();
    } catch (RuntimeException e) {
      thread.shutdown();
      plugins.close();
      throw e;
    }
  }

  private final class Context implements PluginContext {
    private final LoadedPlugin plugin;
    private final ConfigTree settings;

    Context(LoadedPlugin plugin, ConfigTree settings) {
      this.plugin = plugin;
      this.settings = settings;
    }

    @Override
    public PluginConfig config() {
      return settings.section(plugin.id());
    }

    @Override
    public EngineClock clock() {
      return clock;
    }

    @Override
    public MetricSink metrics() {
      return metrics;
    }

    @Override
    public Path dataDirectory() {
      throw new UnsupportedOperationException("the naive host keeps no data of plugins");
    }

    @Override
    public void onEngineThread(Runnable work) {
      loop.later(() -> host.work(work));
      thread.execute(loop::drain);
    }
  }

  @Override
  public List<Answer> serve(List<Ask> asks) {
    List<NaiveRequest> requests = new ArrayList<>();
    for (Ask ask : asks) {
      requests.add(read(ask));
    }
    Future<?> served = thread.submit(() -> loop.serve(requests));
    try {
      served.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while requests ran", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the naive host failed", e.getCause());
    }
    return requests.stream().map(NaiveRequest::answer).toList();
  }

  private NaiveRequest read(Ask ask) {
    NaiveRequest request = new NaiveRequest(ask);
    try {
      RequestHints hints = host.hints(catalog, ask);
      Map<String, Object> attachments = new HashMap<>();
      for (Map.Entry<LoadedPlugin, PluginInstance> entry : plugins.instances().entrySet()) {
        Object attachment = host.parse(entry.getValue(), hints, host.tenant(ask));
        if (attachment != null) {
          attachments.put(entry.getKey().id(), attachment);
        }
      }
      long serial = host.serial(serials);
      request.read(
          new RequestInfo(
              "request-" + serial,
              serial,
              clock.nanos(),
              Long.MAX_VALUE,
              ask.priority(),
              host.tenant(ask),
              host.scope(ask),
              "",
              SamplingParams.builder()
                  .temperature(0)
                  .maxTokens(ask.maxTokens())
                  .ignoreEos(true)
                  .build(),
              hints,
              attachments));
    } catch (RequestRejectedException e) {
      request.end(new Answer.Refused(e));
    } catch (Throwable e) { // whatever a plugin's `parse` throws
      request.end(new Answer.Failed(e));
    }
    return request;
  }

  @Override
  public double metric(String name) {
    return metrics.value(name);
  }

  @Override
  public List<String> problems() {
    return catalog.problems().stream().map(PluginProblem::line).toList();
  }

  @Override
  public boolean serving() {
    return loop.serving();
  }

  @Override
  public void close() {
    if (!thread.isShutdown()) {
      thread.execute(loop::close);
      thread.close();
      plugins.close();
      catalog.close();
    }
  }
}
