package dev.jacquard.host;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The open class loaders, one for each canonical path and host, counted by their users: two engines in one process share a plugin's classes. The JVM binds a native library to one loader
/// only, so a second loader for the same jar could not load it.
final class PluginClassLoaders {
  /// The process's own. It is static because what it guards (native libraries) belongs to the process.
  static final PluginClassLoaders OF_PROCESS = new PluginClassLoaders();

  private record Key(Path canonical, ClassLoader host) {}

  private static final class Entry {
    final PluginClassLoader loader;
    int users;

    Entry(PluginClassLoader loader) {
      this.loader = loader;
    }
  }

  private final Map<Key, Entry> open = new HashMap<>();

  /// One user's hold on a loader; the last one to close it closes the loader.
  final class Hold implements AutoCloseable {
    private final Key key;
    private final PluginClassLoader loader;
    private boolean closed;

    private Hold(Key key, PluginClassLoader loader) {
      this.key = key;
      this.loader = loader;
    }

    PluginClassLoader loader() {
      return loader;
    }

    @Override
    public void close() throws IOException {
      synchronized (open) {
        Entry entry = open.get(key);
        if (closed || entry == null) {
          return;
        }
        closed = true;
        if (--entry.users > 0) {
          return;
        }
        open.remove(key);
      }
      loader.close();
    }
  }

  PluginClassLoaders() {}

  /// The loader of the plugin at `path`, opened over `jars` unless it is open already.
  Hold acquire(Path path, String name, List<Path> jars, ClassLoader host) throws IOException {
    Key key = new Key(path.toRealPath(), host);
    List<URL> urls = urls(jars);
    synchronized (open) {
      Entry entry =
          open.computeIfAbsent(key, k -> new Entry(new PluginClassLoader(name, urls, k.host())));
      entry.users++;
      return new Hold(key, entry.loader);
    }
  }

  private static List<URL> urls(List<Path> jars) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    return urls;
  }
}
