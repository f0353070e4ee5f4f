package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingKernelBackend;
import dev.jacquard.conformance.kernel.NaiveKernelBackend;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.Spi;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelContext;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.PluginDescriptor;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Mistakes in names, versions and probes.
final class IdentityMutants {
  private IdentityMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        mutant(Rule.PLG_2, "a scheduler called Right.One", named("Right.One"), "does not match"),
        mutant(Rule.PLG_2, "a scheduler called auto", named("auto"), "belongs to the host"),
        mutant(
            Rule.PLG_2,
            "a scheduler with a description of two lines",
            new RightPlugin() {
              @Override
              public List<SchedulerFactory> schedulers() {
                return List.of(
                    new Schedulers("right") {
                      @Override
                      public String description() {
                        return "least served first\nsecond line";
                      }
                    });
              }
            },
            "more than one line"),
        mutant(
            Rule.PLG_2,
            "a command whose name holds a counter",
            new RightPlugin() {
              private int count;

              @Override
              public List<PluginCommand> commands() {
                return List.of(new Command("right-status-" + ++count));
              }
            },
            "the names are other ones"),
        mutant(
            Rule.PLG_3,
            "two schedulers of one name",
            new RightPlugin() {
              @Override
              public List<SchedulerFactory> schedulers() {
                return List.of(new Schedulers("right"), new Schedulers("right"));
              }
            },
            "two components are called scheduler 'right'"),
        mutant(
            Rule.PLG_4,
            "compiled against a newer SPI",
            described(new PluginDescriptor("right", "1.0.0", Spi.MAJOR, Spi.MINOR + 1)),
            "states SPI"),
        mutant(
            Rule.PLG_4,
            "the version of the SPI taken for the plugin's own",
            described(new PluginDescriptor("right", "1.0.0", 1, 0)),
            "states SPI 1.0"),
        mutant(
            Rule.PLG_5,
            "a native library that is missing is thrown",
            new RightPlugin() {
              @Override
              Availability probe(PluginConfig config) {
                throw new UnsatisfiedLinkError("libright.so");
              }
            },
            "probe() threw java.lang.UnsatisfiedLinkError"),
        mutant(
            Rule.PLG_5,
            "unavailable without a reason",
            new RightPlugin() {
              @Override
              Availability probe(PluginConfig config) {
                return new Availability.Unavailable("");
              }
            },
            "say in one line"),
        mutant(
            Rule.PLG_5,
            "each probe leaves a device context behind",
            new TakingProbe(),
            "16 calls of probe() took"));
  }

  private static RightPlugin named(String scheduler) {
    return new RightPlugin() {
      @Override
      public List<SchedulerFactory> schedulers() {
        return List.of(new Schedulers(scheduler));
      }
    };
  }

  private static RightPlugin described(PluginDescriptor descriptor) {
    return new RightPlugin() {
      @Override
      public PluginDescriptor descriptor() {
        return descriptor;
      }
    };
  }

  static Mutant<PluginUnderTest> mutant(Rule rule, String name, RightPlugin plugin, String phrase) {
    return new Mutant<>(rule, name, PluginUnderTest.of(plugin), phrase);
  }

  private static final class TakingProbe extends RightPlugin {
    private final AtomicLong taken = new AtomicLong();

    @Override
    Availability probe(PluginConfig config) {
      taken.addAndGet(300 << 20);
      return super.probe(config);
    }

    @Override
    KernelBackend backend(PluginConfig config, KernelContext context) {
      return new ForwardingKernelBackend(new NaiveKernelBackend()) {
        @Override
        public DeviceMemory memory() {
          return new DeviceMemory(1L << 40, (1L << 40) - taken.get());
        }
      };
    }
  }
}
