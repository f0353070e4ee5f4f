package dev.jacquard.engine.server;

import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.Offer;
import dev.jacquard.host.StartupProblems;
import dev.jacquard.spi.plugin.PagePanel;
import dev.jacquard.spi.plugin.PluginInstance;
import dev.jacquard.spi.plugin.ResourceCollection;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the opened plugins add to the server, by name. Asked once, on the thread that starts the server.
record Contributions(
    Map<String, Offer<ResourceCollection>> resources, Map<String, Offer<Panel>> panels) {
  private static final Pattern RESOURCE = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern PANEL = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  /// Collects them all.
  ///
  /// @param own what follows `/v1/` in the server's own paths
  /// @throws dev.jacquard.spi.error.ConfigurationException naming the plugins that stand in each other's way or the server's
  static Contributions of(Map<LoadedPlugin, PluginInstance> plugins, Set<String> own) {
    Contributions all = new Contributions(new LinkedHashMap<>(), new LinkedHashMap<>());
    StartupProblems problems = new StartupProblems();
    plugins.forEach((plugin, instance) -> all.add(plugin, instance, own, problems));
    problems.throwIfAny();
    return all;
  }

  private void add(
      LoadedPlugin plugin, PluginInstance instance, Set<String> own, StartupProblems problems) {
    for (ResourceCollection collection :
        asked(plugin, "resources()", () -> List.copyOf(instance.resources()), problems)) {
      for (String name :
          asked(plugin, "name() of a resource", () -> List.of(collection.name()), problems)) {
        if (own.contains(name)) {
          problems.add(
              "plugin "
                  + plugin
                  + " serves a resource of the name '"
                  + name
                  + "', but /v1/"
                  + name
                  + " is the server's own path; the plugin must choose another name");
        } else if (named(plugin, "resource", name, RESOURCE, resources.get(name), problems)) {
          resources.put(name, new Offer<>(name, collection, plugin));
        }
      }
    }
    for (PagePanel panel :
        asked(plugin, "panels()", () -> List.copyOf(instance.panels()), problems)) {
      for (String id : asked(plugin, "id() of a panel", () -> List.of(panel.id()), problems)) {
        if (named(plugin, "panel", id, PANEL, panels.get(id), problems)) {
          try {
            panels.put(id, new Offer<>(id, Panel.read(plugin, panel), plugin));
          } catch (IOException | RuntimeException e) {
            problems.add(
                "plugin " + plugin + ": panel '" + id + "' cannot be served: " + said(e), e);
          }
        }
      }
    }
  }

  private static boolean named(
      LoadedPlugin plugin,
      String kind,
      String name,
      Pattern form,
      @Nullable Offer<?> other,
      StartupProblems problems) {
    if (!form.matcher(name).matches()) {
      problems.add(
          "plugin " + plugin + ": the " + kind + " name '" + name + "' does not match " + form);
      return false;
    }
    if (other != null) {
      problems.add(
          "two plugins serve a "
              + kind
              + " of the name '"
              + name
              + "': "
              + other.plugin()
              + " and "
              + plugin
              + "; leave one of them out");
      return false;
    }
    return true;
  }

  private static <T> List<T> asked(
      LoadedPlugin plugin, String what, Supplier<List<T>> question, StartupProblems problems) {
    try {
      return plugin.call(question);
    } catch (RuntimeException | LinkageError e) { // a null in or instead of a list is among these
      problems.add("plugin " + plugin + " failed in " + what + ": " + said(e), e);
      return List.of();
    }
  }

  private static String said(Throwable thrown) {
    return thrown instanceof IOException ? String.valueOf(thrown.getMessage()) : thrown.toString();
  }
}
