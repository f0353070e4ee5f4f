package dev.jacquard.host;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Chooses the components of one engine from a catalog. What is not named is `reference`; a dropped jar never takes over by itself, and nothing falls back silently. Of an enabled plugin
/// that offers several components of one kind, the one called like the plugin is meant, else the first it lists.
public final class ProviderSelector {
  private final PluginCatalog catalog;
  private final BackendProbe probe;

  /// A selector that hands each probed backend its plugin's section of `config`.
  public ProviderSelector(PluginCatalog catalog, ConfigTree config) {
    this.catalog = catalog;
    this.probe = new BackendProbe(config);
  }

  /// Chooses, or throws one [dev.jacquard.spi.error.ConfigurationException] that lists all problems.
  public Selection select(SelectionRequest request) {
    StartupProblems problems = new StartupProblems();
    Optional<Selection> selection = select(request, problems);
    problems.throwIfAny();
    return selection.orElseThrow();
  }

  /// Chooses and adds all problems to `problems`; present exactly when this selection added none.
  public Optional<Selection> select(SelectionRequest request, StartupProblems problems) {
    StartupProblems found = new StartupProblems();
    for (PluginProblem problem : catalog.problems()) {
      if (request.strict() || problem.kind().isConflict()) {
        found.add(problem.line(), problem.cause());
      }
    }
    List<LoadedPlugin> enabled = enabled(request.enabledPlugins(), found);
    var scheduler =
        choose(ComponentKind.SCHEDULER, catalog.schedulers(), request.scheduler(), enabled, found);
    var blockManager =
        choose(
            ComponentKind.BLOCK_MANAGER,
            catalog.blockManagers(),
            request.blockManager(),
            enabled,
            found);
    boolean auto = ReservedNames.AUTO.equals(request.kernelBackend());
    BackendProbe.Answer backend;
    if (auto && enabled.stream().allMatch(p -> main(p, catalog.kernelBackends()) == null)) {
      backend = probe.best(catalog.kernelBackends().values(), found);
    } else {
      var named =
          choose(
              ComponentKind.KERNEL_BACKEND,
              catalog.kernelBackends(),
              auto ? null : request.kernelBackend(),
              enabled,
              found);
      backend = named == null ? null : probe.named(named, found);
    }
    problems.addAll(found);
    if (scheduler == null || blockManager == null || backend == null || !found.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Selection(
            scheduler,
            blockManager,
            backend.offer(),
            backend.device(),
            enabled,
            backend.rejected()));
  }

  private List<LoadedPlugin> enabled(List<String> ids, StartupProblems problems) {
    List<LoadedPlugin> enabled = new ArrayList<>();
    for (String id : ids) {
      LoadedPlugin plugin = catalog.plugin(id).orElse(null);
      if (plugin != null) {
        enabled.add(plugin);
      } else {
        List<String> known = catalog.plugins().stream().map(LoadedPlugin::id).toList();
        problems.add(
            "--enable-"
                + id
                + ": there is no plugin of this id; available: "
                + list(catalog.plugins())
                + "."
                + NearestName.hint(id, known)
                + broken());
      }
    }
    return enabled;
  }

  private <F> @Nullable Offer<F> choose(
      ComponentKind kind,
      Map<String, Offer<F>> offers,
      @Nullable String named,
      List<LoadedPlugin> enabled,
      StartupProblems problems) {
    List<Offer<F>> wanted = new ArrayList<>();
    for (LoadedPlugin plugin : enabled) {
      Offer<F> offer = main(plugin, offers);
      if (offer != null) {
        wanted.add(offer);
      }
    }
    if (named == null && wanted.size() > 1) {
      problems.add(
          "only one "
              + kind.label()
              + " can run, and several enabled plugins bring one: "
              + list(wanted)
              + ". Enable one of them, and name the components of the others one by one");
      return null;
    }
    if (named == null && wanted.size() == 1) {
      return wanted.getFirst();
    }
    String name = named == null ? ReservedNames.REFERENCE : named;
    Offer<F> offer = offers.get(name);
    if (offer == null) {
      problems.add(
          kind.key()
              + " = "
              + name
              + ": there is no "
              + kind.label()
              + " of this name; available: "
              + list(offers.values())
              + "."
              + NearestName.hint(name, offers.keySet())
              + broken());
      return null;
    }
    for (Offer<F> other : wanted) {
      if (!other.plugin().equals(offer.plugin())) {
        problems.add(
            kind.key()
                + " = "
                + name
                + " contradicts --enable-"
                + other.plugin().id()
                + ", which selects "
                + other
                + ": leave one of the two out");
      }
    }
    return offer;
  }

  /// What enabling `plugin` means for one kind of component, or null when it offers none.
  private static <F> @Nullable Offer<F> main(LoadedPlugin plugin, Map<String, Offer<F>> offers) {
    Offer<F> first = null;
    for (Offer<F> offer : offers.values()) {
      if (offer.plugin().equals(plugin)) {
        if (offer.name().equals(plugin.id())) {
          return offer;
        }
        first = first == null ? offer : first;
      }
    }
    return first;
  }

  private static String list(Collection<?> what) {
    return what.isEmpty()
        ? "none"
        : what.stream().map(Object::toString).collect(Collectors.joining(", "));
  }

  /// The plugins that could not be loaded: what is missing may be among them. Conflicts have lines of their own.
  private String broken() {
    String lines =
        catalog.problems().stream()
            .filter(problem -> !problem.kind().isConflict())
            .map(PluginProblem::line)
            .collect(Collectors.joining("; "));
    return lines.isEmpty() ? "" : " Not loaded: " + lines;
  }
}
