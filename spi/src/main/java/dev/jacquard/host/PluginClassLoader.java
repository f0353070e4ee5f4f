package dev.jacquard.host;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;

/// The class loader of one plugin: the JDK, the SPI as the host has it, and the plugin's own jars. Nothing else of the host can be seen, so a plugin's libraries never meet the host's
/// or another plugin's.
///
/// The parent is the platform loader and not the host's: an allow-list of two packages needs no list of exceptions, and the host's resources (`META-INF/services` above all) stay out.
final class PluginClassLoader extends URLClassLoader {
  /// What a plugin and its host must have in common; such a class comes from the host only.
  static final List<String> SHARED_PACKAGES =
      List.of("dev.jacquard.spi.", "org.jspecify.annotations.");

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader host;

  /// A loader named `plugin:<name>`, which is what stack traces show.
  PluginClassLoader(String name, List<URL> jars, ClassLoader host) {
    super("plugin:" + name, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.host = host;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    for (String prefix : SHARED_PACKAGES) {
      if (name.startsWith(prefix)) {
        return host.loadClass(name);
      }
    }
    return super.loadClass(name, resolve);
  }
}
