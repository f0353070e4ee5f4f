package dev.jacquard.engine.cli;

import dev.jacquard.engine.model.DemoModel;
import dev.jacquard.engine.model.LoadedModel;
import dev.jacquard.engine.model.file.ModelFileException;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.Offer;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
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

/// `jacquard doctor`: whether this machine, this model and these plugins work together.
@Command(
    name = "doctor",
    description = "Check Java, memory, backends, plugins and the model.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
  @Mixin private final EngineOptions engine = new EngineOptions();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Finding(boolean fine, String what, String detail) {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = new ArrayList<>();
    java(findings);
    try (PluginCatalog catalog = Main.catalog(engine.folders())) {
      backends(catalog, findings);
      catalog.problems().forEach(p -> findings.add(new Finding(false, "plugin", p.line())));
    }
    model(findings);
    boolean fine = findings.stream().allMatch(Finding::fine);
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("ok", fine);
      ArrayNode list = node.putArray("findings");
      findings.forEach(f ->
          list.addObject().put("ok", f.fine()).put("what", f.what()).put("detail", f.detail()));
      out.println(node);
    } else {
      findings.forEach(
          f -> out.printf("%-4s %-16s %s%n", f.fine() ? "ok" : "BAD", f.what(), f.detail()));
    }
    return fine ? 0 : 1;
  }

  private static void java(List<Finding> findings) {
    findings.add(
        new Finding(
            Runtime.version().feature() >= 25,
            "java",
            Runtime.version() + ", " + System.getProperty("java.vm.name")));
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    findings.add(
        new Finding(
            vectors,
            "vector module",
            vectors
                ? "jdk.incubator.vector is there"
                : "missing, so kernels are scalar and slow: add --add-modules"
                    + " jdk.incubator.vector"));
    findings.add(
        new Finding(
            true, "processors", Integer.toString(Runtime.getRuntime().availableProcessors())));
    findings.add(
        new Finding(true, "heap", (Runtime.getRuntime().maxMemory() >> 20) + " MiB at most"));
  }

  private static void backends(PluginCatalog catalog, List<Finding> findings) {
    for (Offer<KernelBackendFactory> offer : catalog.kernelBackends().values()) {
      Availability answer =
          offer
              .plugin()
              .call(
                  () -> offer.value().probe(new ConfigTree(Map.of()).section(offer.plugin().id())));
      String detail =
          switch (answer) {
            case Availability.Available(String device) -> device;
            case Availability.Unavailable(String reason) -> "unavailable: " + reason;
          };
      // an absent GPU is no fault of the machine
      findings.add(new Finding(true, "backend " + offer.name(), detail));
    }
  }

  private void model(List<Finding> findings) {
    try (LoadedModel model =
        engine.model == null ? DemoModel.open() : LoadedModel.open(engine.model)) {
      findings.add(
          new Finding(
              true,
              "model",
              model.name()
                  + ": "
                  + model.config().architecture()
                  + ", "
                  + model.config().layers()
                  + " layers, "
                  + (model.weights().bytes() >> 20)
                  + " MiB of weights, context "
                  + model.config().contextLength()));
    } catch (ModelFileException e) {
      findings.add(new Finding(false, "model", String.valueOf(e.getMessage())));
    }
  }
}
