package dev.jacquard.conformance.plugin;

import static dev.jacquard.conformance.plugin.IdentityMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingScheduler;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Mistakes in what is shared, and in closing it.
final class LifeMutants {
  private LifeMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        mutant(Rule.PLG_6, "all engines count in one table", new OneTable(), "served otherwise"),
        mutant(Rule.PLG_6, "open gives the first instance again", new OneInstance(), "the same"),
        mutant(
            Rule.PLG_6,
            "create gives the first manager again",
            new OneManager(),
            "create answered the block manager that was closed before"),
        mutant(
            Rule.PLG_6,
            "closing a backend closes all",
            new OneDevice(),
            "after another one was closed"),
        mutant(
            Rule.PLG_7,
            "the instance is closed once only",
            new RightPlugin() {
              @Override
              public RightInstance open(PluginContext context) {
                return new ClosedOnce(context);
              }
            },
            "close() of the instance, called for the second time"),
        mutant(
            Rule.PLG_7,
            "the scheduler may not be closed while requests run",
            new RightPlugin() {
              @Override
              Scheduler scheduler(PluginConfig config, SchedulerContext context) {
                return new ClosedWhenIdle(super.scheduler(config, context));
              }
            },
            "close() of the scheduler, called for the first time"),
        mutant(
            Rule.PLG_7,
            "the backend frees its memory at each close",
            new RightPlugin() {
              @Override
              KernelBackend backend(PluginConfig config, KernelContext context) {
                return new FreedTwice();
              }
            },
            "called for the second time"),
        mutant(
            Rule.PLG_8,
            "a housekeeper that nobody sends home",
            new RightPlugin() {
              @Override
              public RightInstance open(PluginContext context) {
                RightInstance instance = super.open(context);
                housekeeper("right-housekeeper");
                return instance;
              }
            },
            "the thread 'right-housekeeper' still lives"),
        mutant(
            Rule.PLG_8,
            "workers start before the configuration was read",
            new EarlyWorkers(),
            "the thread 'right-worker' still lives"),
        mutant(
            Rule.PLG_11,
            "the scheduler takes the instance that was opened last",
            new LastOpened(),
            "served otherwise"));
  }

  /// A thread that waits for nobody.
  private static Thread housekeeper(String name) {
    CountDownLatch never = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                return;
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static final class OneTable extends RightPlugin {
    private final Map<RightInstance.Key, Long> table = new TreeMap<>();

    @Override
    public RightInstance open(PluginContext context) {
      return new RightInstance(context, table);
    }
  }

  private static final class OneInstance extends RightPlugin {
    private @Nullable RightInstance first;

    @Override
    public RightInstance open(PluginContext context) {
      RightInstance known = first == null ? super.open(context) : first;
      first = known;
      return known;
    }
  }

  private static final class OneManager extends RightPlugin {
    private @Nullable BlockSpaceManager first;

    @Override
    BlockSpaceManager manager(PluginConfig config, BlockSpaceContext context) {
      BlockSpaceManager known = first == null ? super.manager(config, context) : first;
      first = known;
      return known;
    }

    @Override
    public RightInstance open(PluginContext context) {
      first = null;
      return super.open(context);
    }
  }

  private static final class OneDevice extends RightPlugin {
    private final List<KernelBackend> all = new ArrayList<>();

    @Override
    KernelBackend backend(PluginConfig config, KernelContext context) {
      KernelBackend one =
          new Once() {
            @Override
            public void close() {
              List<KernelBackend> others = List.copyOf(all);
              all.clear();
              others.forEach(KernelBackend::close);
              super.close();
            }
          };
      all.add(one);
      return one;
    }
  }

  private static final class ClosedOnce extends RightInstance {
    private boolean closed;

    ClosedOnce(PluginContext context) {
      super(context);
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed already");
      }
      closed = true;
      super.close();
    }
  }

  private static final class ClosedWhenIdle extends ForwardingScheduler {
    ClosedWhenIdle(Scheduler to) {
      super(to);
    }

    @Override
    public void close() {
      if (running() > 0) {
        throw new IllegalStateException(running() + " requests run");
      }
      super.close();
    }
  }

  private static final class FreedTwice extends RightPlugin.Once {
    private int handles = 1;

    @Override
    public void close() {
      if (--handles < 0) {
        throw new IllegalStateException("double free");
      }
      super.close();
    }
  }

  private static final class EarlyWorkers extends RightPlugin {
    @Override
    KernelBackend backend(PluginConfig config, KernelContext context) {
      Thread worker = housekeeper("right-worker");
      config.integer("threads", context.threads(), 1, 64);
      return new Once() {
        @Override
        public void close() {
          worker.interrupt();
          super.close();
        }
      };
    }
  }

  private static final class LastOpened extends RightPlugin {
    private @Nullable RightInstance last;

    @Override
    public RightInstance open(PluginContext context) {
      RightInstance opened = super.open(context);
      last = opened;
      return opened;
    }

    @Override
    SchedulingPolicy policy(PluginConfig config, SchedulerContext context) {
      RightInstance own = context.instance(RightInstance.class);
      return new LeastServed(last == null ? own : last);
    }
  }
}
