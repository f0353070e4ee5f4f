package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.plugin.ClassFiles.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What the plugin's jars hold and refer to.
final class JarChecks {
  private static final String SPI = "dev/jacquard/spi/";

  /// Parts of Jacquard that are nobody's own, wherever they lie.
  private static final List<String> HOST =
      List.of("dev/jacquard/host/", "dev/jacquard/engine/", "dev/jacquard/conformance/");

  private static final Pattern CLASS_NAME =
      Pattern.compile("dev\\.jacquard(\\.[a-z][a-z0-9_]*)+\\.[A-Z][\\w$]*");

  private JarChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_10,
            "no jar holds a class of the SPI",
            JarChecks::noSpi,
            "dev.jacquard:spi is not of scope provided",
            "a shaded jar takes in all dependencies"),
        Check.of(
            Rule.PLG_17,
            "no class refers to a part of Jacquard outside the SPI",
            JarChecks::onlySpi,
            "an import of dev.jacquard.engine or dev.jacquard.host",
            "classes of the engine are shaded into the jar"));
  }

  private static void noSpi(PluginUnderTest subject, Trial trial) throws IOException {
    for (Path jar : jars(subject)) {
      for (String name : ClassFiles.names(jar)) {
        Require.that(
            !name.startsWith(SPI),
            () ->
                jar.getFileName()
                    + " bundles "
                    + name
                    + " of the SPI: declare dev.jacquard:spi with scope provided, the host brings it");
      }
    }
  }

  private static void onlySpi(PluginUnderTest subject, Trial trial) throws IOException {
    Set<String> own = new HashSet<>();
    for (Path jar : jars(subject)) {
      for (String name : ClassFiles.names(jar)) {
        own.add(name.substring(0, name.length() - ".class".length()));
        Require.that(
            HOST.stream().noneMatch(name::startsWith),
            () -> jar.getFileName() + " bundles " + name + ", a class of the host");
      }
    }
    for (Path jar : subject.jars()) {
      for (Found found : ClassFiles.references(jar)) {
        require(jar, found, found.text(), own);
      }
      for (Found found : ClassFiles.strings(jar)) {
        if (CLASS_NAME.matcher(found.text()).matches()) {
          require(jar, found, found.text().replace('.', '/'), own);
        }
      }
    }
  }

  private static void require(Path jar, Found found, String type, Set<String> own) {
    Require.that(
        !type.startsWith("dev/jacquard/") || type.startsWith(SPI) || own.contains(type),
        () ->
            found.in()
                + " in "
                + jar.getFileName()
                + " refers to "
                + type.replace('/', '.')
                + ": of Jacquard, a plugin sees dev.jacquard.spi alone");
  }

  private static List<Path> jars(PluginUnderTest subject) {
    if (subject.jars().isEmpty()) {
      throw new NotApplicable("the plugin came from no jar");
    }
    return subject.jars();
  }
}
