package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Mistakes in packing.
final class JarMutants {
  private static final String HELPER =
      """
      package third;
      public final class Helper {
        public Object tree(java.util.Map<String, String> values) {
          return new dev.jacquard.host.ConfigTree(values);
        }
      }
      """;
  private static final String BY_NAME =
      """
      package third;
      public final class Helper {
        public Class<?> engine() throws ClassNotFoundException {
          return Class.forName("dev.jacquard.engine.Engine");
        }
      }
      """;

  private JarMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        packed(
            Rule.PLG_10,
            "the SPI is shaded in",
            new JarMaker().withClass("dev.jacquard.spi.plugin.EnginePlugin").write("shaded.jar"),
            "bundles dev/jacquard/spi/plugin/EnginePlugin.class"),
        packed(
            Rule.PLG_10,
            "the SPI is shaded in for a newer Java",
            new JarMaker()
                .withClass("META-INF/versions/25/", "dev.jacquard.spi.Spi")
                .write("versions.jar"),
            "bundles dev/jacquard/spi/Spi.class"),
        packed(
            Rule.PLG_17,
            "the host's configuration is used",
            new JarMaker().withSources(Map.of("third.Helper", HELPER)).write("uses-host.jar"),
            "refers to dev.jacquard.host.ConfigTree"),
        packed(
            Rule.PLG_17,
            "a class of the engine is looked up by name",
            new JarMaker().withSources(Map.of("third.Helper", BY_NAME)).write("by-name.jar"),
            "refers to dev.jacquard.engine.Engine"),
        packed(
            Rule.PLG_17,
            "a class of the host is shaded in",
            new JarMaker().withClass("dev.jacquard.host.ConfigTree").write("host.jar"),
            "a class of the host"));
  }

  private static Mutant<PluginUnderTest> packed(Rule rule, String name, Path jar, String phrase) {
    return new Mutant<>(
        rule,
        name,
        new PluginUnderTest(new RightPlugin(), List.of(jar), Map.of(), Set.of()),
        phrase);
  }
}
