package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Runner;
import dev.jacquard.conformance.Suite;
import dev.jacquard.conformance.block.BlockSpaceChecks;
import dev.jacquard.conformance.block.EvictionChecks;
import dev.jacquard.conformance.kernel.KernelChecks;
import dev.jacquard.conformance.plugin.PluginChecks;
import dev.jacquard.conformance.plugin.PluginUnderTest;
import dev.jacquard.conformance.schedule.SchedulerChecks;
import dev.jacquard.conformance.schedule.SchedulingChecks;
import dev.jacquard.conformance.subject.Factories;
import dev.jacquard.conformance.subject.Factories.Kind;
import dev.jacquard.conformance.subject.OpenInstances;
import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginLoader;
import dev.jacquard.host.PluginProblem;
import dev.jacquard.host.ReservedNames;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.block.BlockSpaceManagerFactory;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.schedule.SchedulerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Everything of one plugin that is to be tried.
final class Subjects implements AutoCloseable {
  /// Something to try, or why it cannot be tried here.
  record Judged(String component, @Nullable String unavailable, @Nullable Suite<?> suite) {}

  private final Options options;
  private final PluginCatalog catalog;
  private final List<String> problems = new ArrayList<>();
  private final List<Judged> judged = new ArrayList<>();
  private final Runner asker;

  private Subjects(Options options, PluginCatalog catalog) {
    this.options = options;
    asker = new Runner(options.run());
    this.catalog = catalog;
    catalog.problems().stream().map(PluginProblem::line).forEach(problems::add);
    for (LoadedPlugin plugin : catalog.plugins()) {
      plugin.run(() -> add(plugin));
    }
    requireKnown();
  }

  /// Loads what `options` name.
  static Subjects load(Options options) {
    PluginLoader loader = new PluginLoader(Subjects.class.getClassLoader(), ReservedNames.NONE);
    return new Subjects(options, loader.loadOnly(options.plugin()));
  }

  /// Id and version of the plugins found, one as a rule.
  String plugin() {
    return catalog.plugins().isEmpty()
        ? "none"
        : catalog.plugins().stream()
            .map(plugin -> plugin.id() + " " + plugin.version())
            .collect(Collectors.joining(", "));
  }

  List<String> problems() {
    return List.copyOf(problems);
  }

  List<Judged> judged() {
    return List.copyOf(judged);
  }

  @Override
  public void close() {
    catalog.close();
  }

  private void add(LoadedPlugin plugin) {
    OpenInstances instances = new OpenInstances(plugin.plugin(), () -> config(plugin));
    Factories factories = new Factories(() -> config(plugin), instances::open);
    if (wanted("plugin:" + plugin.id())) {
      judged.add(
          new Judged(
              "plugin:" + plugin.id(),
              null,
              Suite.of(
                  "plugin:" + plugin.id(),
                  PluginChecks.all(),
                  PluginUnderTest.of(plugin, options.plugin())
                      .withConfiguration(options.settings())
                      .withComponents(options.components()))));
    }
    for (BlockSpaceManagerFactory factory : plugin.plugin().blockSpaceManagers()) {
      add(factory, factories, instances);
    }
    for (SchedulerFactory factory : plugin.plugin().schedulers()) {
      add(factory, factories, instances);
    }
    for (KernelBackendFactory factory : plugin.plugin().kernelBackends()) {
      add(factory, factories, instances, plugin);
    }
    asker.ask(
        "closing",
        () -> {
          instances.closeAll();
          return true;
        });
  }

  private void add(BlockSpaceManagerFactory factory, Factories factories, OpenInstances instances) {
    String name = "block-manager:" + factory.name();
    if (wanted(name)) {
      // What cannot be told is tried as a component of its own: its checks will say why.
      Kind kind = asker.ask(name, () -> factories.kind(factory)).orElse(Kind.COMPONENT);
      if (kind != Kind.COMPONENT) {
        add(
            name + " (eviction policy)",
            EvictionChecks.all(),
            factories.evictionPolicies(factory),
            instances);
      }
      if (kind != Kind.POLICY) {
        add(name, BlockSpaceChecks.all(), factories.managers(factory), instances);
      }
    }
  }

  private void add(SchedulerFactory factory, Factories factories, OpenInstances instances) {
    String name = "scheduler:" + factory.name();
    if (wanted(name)) {
      Kind kind = asker.ask(name, () -> factories.kind(factory)).orElse(Kind.COMPONENT);
      if (kind != Kind.COMPONENT) {
        add(
            name + " (scheduling policy)",
            SchedulingChecks.all(),
            factories.schedulingPolicies(factory),
            instances);
      }
      if (kind != Kind.POLICY) {
        add(name, SchedulerChecks.all(), factories.schedulers(factory), instances);
      }
    }
  }

  private void add(
      KernelBackendFactory factory,
      Factories factories,
      OpenInstances instances,
      LoadedPlugin plugin) {
    String name = "kernel-backend:" + factory.name();
    if (wanted(name)) {
      Availability availability =
          asker
              .ask(name, () -> factory.probe(config(plugin)))
              .orElse(
                  new Availability.Unavailable("its probe threw, hung or answered null (PLG-5)"));
      switch (availability) {
        case Availability.Unavailable(String reason) -> judged.add(new Judged(name, reason, null));
        case Availability.Available _ ->
            add(name, KernelChecks.all(), factories.backends(factory), instances);
      }
    }
  }

  private <S> void add(String name, List<Check<S>> checks, S subject, OpenInstances instances) {
    judged.add(new Judged(name, null, new Suite<>(name, checks, subject, instances::closeAll)));
  }

  private PluginConfig config(LoadedPlugin plugin) {
    return new ConfigTree(options.settings()).section(plugin.id());
  }

  private boolean wanted(String component) {
    return options.components().isEmpty() || options.components().contains(component);
  }

  private void requireKnown() {
    Set<String> known =
        judged.stream()
            .map(each -> each.component().replaceFirst(" \\(.*", ""))
            .collect(Collectors.toSet());
    for (String component : options.components()) {
      if (!known.contains(component) && problems.isEmpty()) {
        problems.add("--component " + component + ": the plugin offers no such component");
      }
    }
  }
}
