package dev.jacquard.host;

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
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// A plugin a test puts together; nothing it offers can run.
final class FakePlugin implements EnginePlugin {
  private final String id;
  private final List<SchedulerFactory> schedulers = new ArrayList<>();
  private final List<BlockSpaceManagerFactory> blockManagers = new ArrayList<>();
  private final List<KernelBackendFactory> backends = new ArrayList<>();
  private final List<HintField> hintFields = new ArrayList<>();
  private final List<PluginCommand> commands = new ArrayList<>();
  private Supplier<PluginInstance> instance = () -> PluginInstance.NOTHING_SHARED;

  FakePlugin(String id) {
    this.id = id;
  }

  /// The host's own: one component of each kind.
  static FakePlugin reference() {
    return new FakePlugin("reference")
        .scheduler("reference")
        .blockManager("reference")
        .backend("reference", 0, config -> new Availability.Available("cpu"));
  }

  FakePlugin scheduler(String name) {
    schedulers.add(new FakeScheduler(name));
    return this;
  }

  FakePlugin blockManager(String name) {
    blockManagers.add(new FakeBlockManager(name));
    return this;
  }

  FakePlugin backend(String name, int priority, Function<PluginConfig, Availability> probe) {
    backends.add(new FakeBackend(name, priority, probe));
    return this;
  }

  FakePlugin hint(HintField field) {
    hintFields.add(field);
    return this;
  }

  FakePlugin command(String name) {
    commands.add(new FakeCommand(name, "does nothing"));
    return this;
  }

  FakePlugin opens(Supplier<PluginInstance> opened) {
    instance = opened;
    return this;
  }

  @Override
  public PluginDescriptor descriptor() {
    return new PluginDescriptor(id, "1.0", Spi.MAJOR, Spi.MINOR);
  }

  @Override
  public List<SchedulerFactory> schedulers() {
    return schedulers;
  }

  @Override
  public List<BlockSpaceManagerFactory> blockSpaceManagers() {
    return blockManagers;
  }

  @Override
  public List<KernelBackendFactory> kernelBackends() {
    return backends;
  }

  @Override
  public List<HintField> hintFields() {
    return hintFields;
  }

  @Override
  public List<PluginCommand> commands() {
    return commands;
  }

  @Override
  public PluginInstance open(PluginContext context) {
    return instance.get();
  }

  private record FakeScheduler(String name) implements SchedulerFactory {
    @Override
    public Scheduler create(PluginConfig config, SchedulerContext context) {
      throw new AssertionError("nothing is created here");
    }
  }

  private record FakeBlockManager(String name) implements BlockSpaceManagerFactory {
    @Override
    public BlockSpaceManager create(PluginConfig config, BlockSpaceContext context) {
      throw new AssertionError("nothing is created here");
    }
  }

  private record FakeBackend(String name, int priority, Function<PluginConfig, Availability> answer)
      implements KernelBackendFactory {
    @Override
    public Availability probe(PluginConfig config) {
      return answer.apply(config);
    }

    @Override
    public KernelBackend create(PluginConfig config, KernelContext context) {
      throw new AssertionError("nothing is created here");
    }
  }

  private record FakeCommand(String name, String description) implements PluginCommand {
    @Override
    public int run(List<String> arguments, PrintStream out, PrintStream err) {
      return 0;
    }
  }
}
