package dev.jacquard.conformance.plugin;

import static dev.jacquard.conformance.plugin.IdentityMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.plugin.PagePanel;
import dev.jacquard.spi.plugin.PluginCommand;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.plugin.ResourceCollection;
import dev.jacquard.spi.request.JsonValue;
import java.io.PrintStream;
import java.util.AbstractList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/// Mistakes in metrics, resources, panels and commands.
final class ContributionMutants {
  private ContributionMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        mutant(
            Rule.PLG_15,
            "a dash in a metric's name",
            opening(context -> {
              context.metrics().counter("right-requests", "Requests", List.of());
              return new RightInstance(context);
            }),
            "does not match [a-zA-Z_:]"),
        mutant(
            Rule.PLG_15,
            "one name with other labels",
            new RightPlugin() {
              @Override
              BlockSpaceManager manager(PluginConfig config, BlockSpaceContext context) {
                context.metrics().counter("right_tokens_total", "Tokens", List.of());
                return super.manager(config, context);
              }
            },
            "was registered as a counter with the labels [tenant]"),
        mutant(
            Rule.PLG_15,
            "the tenant's label left out",
            opening(context ->
                new RightInstance(context) {
                  @Override
                  void count(MetricSink.Counter counter, String tenant, int amount) {
                    counter.add(amount);
                  }
                }),
            "without values for its labels"),
        mutant(
            Rule.PLG_15,
            "a gauge that waits for the engine thread",
            opening(context ->
                new RightInstance(context) {
                  @Override
                  double gauge() {
                    return asked(context(), super::gauge);
                  }
                }),
            "blocks while the engine thread is busy"),
        mutant(
            Rule.PLG_16,
            "two commands of one name",
            new RightPlugin() {
              @Override
              public List<PluginCommand> commands() {
                return List.of(new Command("right-status"), new Command("right-status"));
              }
            },
            "two of them are called command"),
        mutant(
            Rule.PLG_16,
            "a resource at the server's own path",
            serving(instance ->
                instance.new Sessions() {
                  @Override
                  public String name() {
                    return "models";
                  }
                }),
            "'models' is the host's own"),
        mutant(
            Rule.PLG_16,
            "a panel without a page",
            opening(context ->
                new RightInstance(context) {
                  @Override
                  public List<PagePanel> panels() {
                    return List.of(new PagePanel("right", "Right", "no/such/folder"));
                  }
                }),
            "there is no no/such/folder/index.html"),
        mutant(
            Rule.PLG_16,
            "a record is found by its id alone",
            serving(instance ->
                instance.new Sessions() {
                  @Override
                  public Optional<JsonValue.Object> get(String tenant, String id) {
                    return instance.served().keySet().stream()
                        .filter(key -> key.session().equals(id))
                        .findFirst()
                        .map(this::record);
                  }
                }),
            "get answered"),
        mutant(
            Rule.PLG_16,
            "delete removes the session of every tenant",
            serving(instance ->
                instance.new Sessions() {
                  @Override
                  public boolean delete(String tenant, String id) {
                    return get(tenant, id).isPresent()
                        && instance.served().keySet().removeIf(key -> key.session().equals(id));
                  }
                }),
            "was deleted"),
        mutant(
            Rule.PLG_16,
            "a list that goes on living",
            serving(instance ->
                instance.new Sessions() {
                  @Override
                  public List<JsonValue.Object> list(String tenant, int limit) {
                    return new AbstractList<>() {
                      @Override
                      public JsonValue.Object get(int index) {
                        return listed(tenant, limit).get(index);
                      }

                      @Override
                      public int size() {
                        return listed(tenant, limit).size();
                      }
                    };
                  }

                  private List<JsonValue.Object> listed(String tenant, int limit) {
                    return super.list(tenant, limit);
                  }
                }),
            "changed afterwards"),
        mutant(
            Rule.PLG_16,
            "the command prints where it stands",
            new RightPlugin() {
              @Override
              int run(List<String> arguments, PrintStream out, PrintStream err) {
                System.out.println("all is well");
                return 0;
              }
            },
            "wrote to standard output"),
        mutant(
            Rule.PLG_16,
            "the command has an exit code of its own",
            new RightPlugin() {
              @Override
              int run(List<String> arguments, PrintStream out, PrintStream err) {
                return arguments.isEmpty() ? 0 : 64;
              }
            },
            "answered 64"));
  }

  private static RightPlugin opening(Function<PluginContext, RightInstance> instances) {
    return new RightPlugin() {
      @Override
      public RightInstance open(PluginContext context) {
        return instances.apply(context);
      }
    };
  }

  private static RightPlugin serving(Function<RightInstance, ResourceCollection> collections) {
    return opening(context ->
        new RightInstance(context) {
          @Override
          public List<ResourceCollection> resources() {
            return List.of(collections.apply(this));
          }
        });
  }

  /// Asks on the engine thread and waits for the answer.
  private static double asked(PluginContext context, java.util.function.DoubleSupplier question) {
    double[] answer = new double[1];
    CountDownLatch answered = new CountDownLatch(1);
    context.onEngineThread(() -> {
      answer[0] = question.getAsDouble();
      answered.countDown();
    });
    try {
      answered.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return answer[0];
  }
}
