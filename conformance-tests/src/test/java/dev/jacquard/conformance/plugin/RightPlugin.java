package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.forwarding.ForwardingKernelBackend;
import dev.jacquard.conformance.kernel.NaiveKernelBackend;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.HintField.Type;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.io.PrintStream;
import java.util.List;

/// A plugin that offers one of everything and does it right: a manager, a scheduler that serves the session least served, a backend, hints, a collection, a command. Mutants override one
/// method.
class RightPlugin implements EnginePlugin {
  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor("right", "1.0.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return List.of(new Managers());
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return List.of(new Schedulers("right"));
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return List.of(new Backends());
  }

  @Override
  public List<HintField> hintFields() {
    return List.of(
        field("session", Type.STRING, new Limits(64, 1, 0, 0)),
        field("importance", Type.NUMBER, new Limits(1, 1, 0, 10)),
        field("retain", Type.BOOLEAN, Limits.DEFAULT),
        field("tags", Type.STRING_LIST, new Limits(32, 8, 0, 0)),
        field("facts", Type.OBJECT, Limits.DEFAULT));
  }

  static HintField field(String name, Type type, Limits limits) {
    return new HintField(name, type, "What " + name + " says.", limits, List.of());
  }

  @Override
  public List<PluginCommand> commands() {
    return List.of(new Command("right-status"));
  }

  @Override
  public RightInstance open(PluginContext context) {
    return new RightInstance(context);
  }

  /// Makes a manager.
  BlockSpaceManager manager(PluginConfig config, BlockSpaceContext context) {
    config.flag("share", true);
    context.metrics().counter("right_managers_total", "Managers made", List.of()).add(1);
    return context.paged(new PlainEviction(context.deviceBlocks()));
  }

  /// Makes a scheduler.
  Scheduler scheduler(PluginConfig config, SchedulerContext context) {
    return context.continuousBatching(policy(config, context));
  }

  /// Makes the scheduler's policy.
  SchedulingPolicy policy(PluginConfig config, SchedulerContext context) {
    return new LeastServed(context.instance(RightInstance.class));
  }

  /// Makes a backend.
  KernelBackend backend(PluginConfig config, KernelContext context) {
    config.integer("threads", context.threads(), 1, 64);
    return new Once();
  }

  /// Whether the backend can run.
  Availability probe(PluginConfig config) {
    return new Availability.Available("the kit's numbers");
  }

  /// The commands' work.
  int run(List<String> arguments, PrintStream out, PrintStream err) {
    if (!arguments.isEmpty()) {
      err.println("right-status takes no arguments");
      return 2;
    }
    out.println("all is well");
    return 0;
  }

  private final class Managers implements BlockSpaceManagerFactory {
    @Override
    public String name() {
      return "right";
    }

    @Override
    public String description() {
      return "oldest first";
    }

    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      return manager(config, context);
    }
  }

  /// Schedulers under a name.
  class Schedulers implements SchedulerFactory {
    private final String name;

    Schedulers(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "least served first";
    }

    @Override
    public Scheduler create(PluginConfig config, SchedulerContext context) {
      return scheduler(config, context);
    }
  }

  private final class Backends implements KernelBackendFactory {
    @Override
    public String name() {
      return "right";
    }

    @Override
    public Availability probe(PluginConfig config) {
      return RightPlugin.this.probe(config);
    }

    @Override
    public KernelBackend create(PluginConfig config, KernelContext context) {
      return backend(config, context);
    }
  }

  /// A command under a name.
  final class Command implements PluginCommand {
    private final String name;

    Command(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public String description() {
      return "says that all is well";
    }

    @Override
    public int run(List<String> arguments, PrintStream out, PrintStream err) {
      return RightPlugin.this.run(arguments, out, err);
    }
  }

  /// A backend whose close is passed on once.
  static class Once extends ForwardingKernelBackend {
    private boolean closed;

    Once() {
      super(new NaiveKernelBackend());
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        super.close();
      }
    }
  }
}
