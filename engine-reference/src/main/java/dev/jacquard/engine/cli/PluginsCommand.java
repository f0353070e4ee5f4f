package dev.jacquard.engine.cli;

import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.Offer;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginProblem;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `jacquard plugins`.
@Command(
    name = "plugins",
    description = "List the plugins found, what they offer, and what is wrong with the others.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class PluginsCommand implements Callable<Integer> {
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (PluginCatalog catalog = Main.catalog(engine.folders())) {
      ObjectNode all = describe(catalog);
      if (json) {
        out.println(all);
      } else {
        print(catalog, out);
      }
      return 0;
    }
  }

  private static void print(PluginCatalog catalog, PrintWriter out) {
    for (LoadedPlugin plugin : catalog.plugins()) {
      out.println(plugin);
      catalog
          .schedulers()
          .values()
          .forEach(o -> line(out, plugin, "scheduler", o, o.value().description()));
      catalog
          .blockManagers()
          .values()
          .forEach(o -> line(out, plugin, "block-manager", o, o.value().description()));
      catalog
          .kernelBackends()
          .values()
          .forEach(o ->
              line(
                  out,
                  plugin,
                  "kernel-backend",
                  o,
                  o.value().description() + " - " + availability(o)));
      catalog
          .hintFields()
          .values()
          .forEach(o -> line(out, plugin, "request field", o, o.value().description()));
      catalog
          .commands()
          .values()
          .forEach(o -> line(out, plugin, "command", o, o.value().description()));
    }
    for (PluginProblem problem : catalog.problems()) {
      out.println("PROBLEM " + problem.line());
    }
  }

  private static void line(
      PrintWriter out, LoadedPlugin plugin, String kind, Offer<?> offer, String description) {
    if (offer.plugin().equals(plugin)) {
      out.printf("  %-15s %-26s %s%n", kind, offer.name(), description);
    }
  }

  private static String availability(Offer<KernelBackendFactory> offer) {
    Availability answer =
        offer
            .plugin()
            .call(() -> offer.value().probe(new ConfigTree(Map.of()).section(offer.plugin().id())));
    return switch (answer) {
      case Availability.Available(String device) -> "available: " + device;
      case Availability.Unavailable(String reason) -> "unavailable: " + reason;
    };
  }

  private static ObjectNode describe(PluginCatalog catalog) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode plugins = all.putArray("plugins");
    for (LoadedPlugin plugin : catalog.plugins()) {
      plugins
          .addObject()
          .put("id", plugin.id())
          .put("version", plugin.version())
          .put("location", plugin.location());
    }
    offers(all.putArray("schedulers"), catalog.schedulers());
    offers(all.putArray("block_managers"), catalog.blockManagers());
    ArrayNode backends = all.putArray("kernel_backends");
    for (Offer<KernelBackendFactory> offer : catalog.kernelBackends().values()) {
      backends
          .addObject()
          .put("name", offer.name())
          .put("plugin", offer.plugin().id())
          .put("availability", availability(offer));
    }
    offers(all.putArray("request_fields"), catalog.hintFields());
    offers(all.putArray("commands"), catalog.commands());
    ArrayNode problems = all.putArray("problems");
    catalog
        .problems()
        .forEach(p ->
            problems
                .addObject()
                .put("location", p.location())
                .put("kind", p.kind().name())
                .put("message", p.message()));
    return all;
  }

  private static void offers(ArrayNode into, Map<String, ? extends Offer<?>> offers) {
    for (Offer<?> offer : offers.values()) {
      into.addObject().put("name", offer.name()).put("plugin", offer.plugin().id());
    }
  }
}
