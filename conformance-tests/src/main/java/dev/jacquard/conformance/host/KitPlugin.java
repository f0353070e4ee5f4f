package dev.jacquard.conformance.host;

import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A plugin of the kit's, put together by a check. One engine at a time.
final class KitPlugin implements EnginePlugin {
  private final String id;
  private final List<SchedulerFactory> schedulers = new ArrayList<>();
  private final List<BlockSpaceManagerFactory> managers = new ArrayList<>();
  private final List<KernelBackendFactory> backends = new ArrayList<>();
  private final List<HintField> fields = new ArrayList<>();
  private final List<CacheListener> cacheListeners = new ArrayList<>();
  private final List<RequestListener> requestListeners = new ArrayList<>();
  private final AtomicReference<@Nullable PluginContext> context = new AtomicReference<>();
  private final AtomicInteger opened = new AtomicInteger();
  private BiFunction<RequestHints, String, @Nullable Object> parse = (hints, tenant) -> null;

  KitPlugin(String id) {
    this.id = id;
  }

  /// Offers a scheduler.
  KitPlugin scheduler(String name, Function<SchedulerContext, Scheduler> made) {
    schedulers.add(
        new SchedulerFactory() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public Scheduler create(PluginConfig config, SchedulerContext given) {
            return made.apply(given);
          }
        });
    return this;
  }

  /// Offers a block space manager.
  KitPlugin manager(String name, Function<BlockSpaceContext, BlockSpaceManager> made) {
    managers.add(
        new BlockSpaceManagerFactory() {
          @Override
          public String name() {
            return name;
          }

          @Override
          public BlockSpaceManager create(PluginConfig config, BlockSpaceContext given) {
            return made.apply(given);
          }
        });
    return this;
  }

  KitPlugin backend(KernelBackendFactory factory) {
    backends.add(factory);
    return this;
  }

  KitPlugin field(HintField field) {
    fields.add(field);
    return this;
  }

  KitPlugin listener(CacheListener listener) {
    cacheListeners.add(listener);
    return this;
  }

  KitPlugin listener(RequestListener listener) {
    requestListeners.add(listener);
    return this;
  }

  KitPlugin parsing(BiFunction<RequestHints, String, @Nullable Object> how) {
    parse = how;
    return this;
  }

  /// How often an engine opened it.
  int opened() {
    return opened.get();
  }

  /// What the engine gave it when it was opened.
  PluginContext context() {
    PluginContext known = context.get();
    if (known == null) {
      throw new AssertionError(
          "the host never opened the plugin '"
              + id
              + "', of which a component is selected or which is"
              + " enabled (PLG-19)");
    }
    return known;
  }

  /// Does `work` on the engine thread and waits for it.
  void onEngineThread(Runnable work) {
    CountDownLatch done = new CountDownLatch(1);
    context()
        .onEngineThread(() -> {
          try {
            work.run();
          } finally {
            done.countDown();
          }
        });
    try {
      done.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the engine thread", e);
    }
  }

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor(id, "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return schedulers;
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return managers;
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return backends;
  }

  @Override
  public List<HintField> hintFields() {
    return fields;
  }

  @Override
  public PluginInstance open(PluginContext given) {
    opened.incrementAndGet();
    context.set(given);
    return new PluginInstance() {
      @Override
      public @Nullable Object parse(RequestHints hints, String tenant) {
        return parse.apply(hints, tenant);
      }

      @Override
      public List<CacheListener> cacheListeners() {
        return List.copyOf(cacheListeners);
      }

      @Override
      public List<RequestListener> requestListeners() {
        return List.copyOf(requestListeners);
      }
    };
  }
}
