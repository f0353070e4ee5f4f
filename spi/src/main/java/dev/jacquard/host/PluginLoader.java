package dev.jacquard.host;

import dev.jacquard.host.LoadedPlugin.Origin;
import dev.jacquard.host.PluginProblem.Kind;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Finds plugins: those the host brings, those on its class path, those in plugin folders by name (each `foo.jar`, or directory `foo/` of jars, is one). A broken plugin never stops the
/// search; it becomes a [PluginProblem] of the catalog. The order decides nothing but the order of listings.
public final class PluginLoader {
  private static final Logger LOG = System.getLogger(PluginLoader.class.getName());
  private static final String BUILT_IN = "built in";

  private final ClassLoader host;
  private final ReservedNames reserved;
  private final PluginClassLoaders classLoaders;

  /// A loader for plugins that share the SPI with `host`.
  ///
  /// @param host the class loader the host's own code and the SPI come from
  /// @param reserved names that plugins may not use
  public PluginLoader(ClassLoader host, ReservedNames reserved) {
    this(host, reserved, PluginClassLoaders.OF_PROCESS);
  }

  PluginLoader(ClassLoader host, ReservedNames reserved, PluginClassLoaders classLoaders) {
    this.host = host;
    this.reserved = reserved;
    this.classLoaders = classLoaders;
  }

  /// Finds all plugins. A folder that does not exist holds none. Call on the starting thread; the caller closes the answer.
  ///
  /// @param builtIns the host's own plugins, which may use the reserved names
  /// @param folders plugin folders, in this order
  public PluginCatalog load(Collection<? extends EnginePlugin> builtIns, List<Path> folders) {
    CatalogBuilder catalog = new CatalogBuilder();
    List<PluginClassLoaders.Hold> holds = new ArrayList<>();
    Set<String> builtInClasses = new HashSet<>();
    for (EnginePlugin plugin : builtIns) {
      builtInClasses.add(plugin.getClass().getName());
      accept(catalog, plugin, Origin.BUILT_IN, BUILT_IN);
    }
    loadClassPath(catalog, builtInClasses);
    for (Path folder : folders) {
      loadFolder(catalog, holds, folder);
    }
    return catalog.build(holds);
  }

  /// Loads the one plugin at `place`, a jar or a folder of jars, and nothing else. Call on the starting thread; the caller closes the answer.
  public PluginCatalog loadOnly(Path place) {
    CatalogBuilder catalog = new CatalogBuilder();
    List<PluginClassLoaders.Hold> holds = new ArrayList<>();
    if (isPlugin(place)) {
      loadPlace(catalog, holds, place);
    } else {
      catalog.add(
          new PluginProblem(
              place.toString(),
              Kind.UNREADABLE,
              Files.exists(place)
                  ? "is neither a jar nor a folder of jars"
                  : "there is no such file or folder",
              null));
    }
    return catalog.build(holds);
  }

  private void loadClassPath(CatalogBuilder catalog, Set<String> builtInClasses) {
    Set<String> seen =
        new HashSet<>(builtInClasses); // a built-in may be registered as a service too
    try {
      Enumeration<URL> files = host.getResources(ServiceFile.PATH);
      while (files.hasMoreElements()) {
        URL file = files.nextElement();
        String location = "class path " + place(file);
        for (String className : read(catalog, file, location)) {
          if (seen.add(className)) {
            construct(catalog, className, host, Origin.CLASS_PATH, location);
          }
        }
      }
    } catch (IOException e) {
      catalog.add(unreadable("class path", e));
    }
  }

  private static List<String> read(CatalogBuilder catalog, URL file, String location) {
    try {
      URLConnection connection = file.openConnection();
      connection.setUseCaches(false); // the cache would keep the jar open
      try (InputStream in = connection.getInputStream()) {
        return ServiceFile.read(in);
      }
    } catch (IOException e) {
      catalog.add(unreadable(location, e));
      return List.of();
    }
  }

  private void loadFolder(
      CatalogBuilder catalog, List<PluginClassLoaders.Hold> holds, Path folder) {
    if (Files.notExists(folder)) {
      LOG.log(Level.DEBUG, "no plugin folder {0}", folder);
      return;
    }
    List<Path> places;
    try (Stream<Path> entries = Files.list(folder)) {
      places = entries.filter(PluginLoader::isPlugin).sorted().toList();
    } catch (IOException e) {
      catalog.add(unreadable(folder.toString(), e));
      return;
    }
    for (Path place : places) {
      loadPlace(catalog, holds, place);
    }
  }

  private void loadPlace(CatalogBuilder catalog, List<PluginClassLoaders.Hold> holds, Path place) {
    try {
      PluginJars jars = PluginJars.read(place);
      String name = place.getFileName().toString().replaceFirst("\\.jar$", "");
      PluginClassLoaders.Hold hold = classLoaders.acquire(place, name, jars.jars(), host);
      holds.add(hold);
      for (String className : jars.classNames()) {
        construct(catalog, className, hold.loader(), Origin.FOLDER, place.toString());
      }
    } catch (Refusal refusal) {
      catalog.add(refusal.problem());
    } catch (IOException e) {
      catalog.add(unreadable(place.toString(), e));
    }
  }

  private void construct(
      CatalogBuilder catalog,
      String className,
      ClassLoader loader,
      Origin origin,
      String location) {
    try {
      EnginePlugin plugin =
          PluginFactory.construct(location, className, loader, origin == Origin.FOLDER);
      accept(catalog, plugin, origin, location);
    } catch (Refusal refusal) {
      PluginProblem problem = refusal.problem();
      if (problem.kind() == Kind.FOREIGN_CLASS) {
        LOG.log(Level.WARNING, problem.line());
      }
      catalog.add(problem);
    }
  }

  private void accept(CatalogBuilder catalog, EnginePlugin plugin, Origin origin, String location) {
    try {
      InspectedPlugin inspected = new PluginInspector(plugin, origin, location, reserved).inspect();
      LOG.log(Level.DEBUG, "found plugin {0}", inspected.plugin());
      catalog.add(inspected);
    } catch (Refusal refusal) {
      catalog.add(refusal.problem());
    }
  }

  private static boolean isPlugin(Path path) {
    return PluginJars.isJar(path)
        || (Files.isDirectory(path) && !path.getFileName().toString().startsWith("."));
  }

  private static PluginProblem unreadable(String location, IOException e) {
    return new PluginProblem(
        location, Kind.UNREADABLE, "cannot be read: " + PluginFault.name(e), e);
  }

  /// The jar or folder that holds the service file `file`.
  private static String place(URL file) {
    return file.toString()
        .replaceFirst("^jar:", "")
        .replaceFirst("^file:", "")
        .replaceFirst("!?/" + ServiceFile.PATH.replace(".", "\\.") + "$", "");
  }
}
