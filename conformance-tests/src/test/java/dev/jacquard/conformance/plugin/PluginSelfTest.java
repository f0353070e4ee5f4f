package dev.jacquard.conformance.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.Budget;
import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.RunOptions;
import dev.jacquard.conformance.Runner;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.conformance.Suite;
import dev.jacquard.host.LoadedPlugin;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginLoader;
import dev.jacquard.host.ReservedNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PluginSelfTest extends SelfTest<PluginUnderTest> {
  private static final String THIRD =
      """
      package third;
      import dev.jacquard.spi.Spi;
      import dev.jacquard.spi.plugin.*;
      import java.util.List;
      public final class ThirdPlugin implements EnginePlugin {
        public PluginDescriptor descriptor() {
          return new PluginDescriptor("third", "1.0.0", Spi.MAJOR, Spi.MINOR);
        }
        public PluginInstance open(PluginContext context) {
          return new PluginInstance() {
            public List<PagePanel> panels() {
              return List.of(new PagePanel("third", "Third", "third/page"));
            }
          };
        }
      }
      """;

  @Override
  protected List<Check<PluginUnderTest>> checks() {
    return PluginChecks.all();
  }

  @Override
  protected PluginUnderTest correct() {
    return PluginUnderTest.of(new RightPlugin());
  }

  @Override
  protected List<Mutant<PluginUnderTest>> mutants() {
    return PluginMutants.all();
  }

  @Test
  void everyRuleThatBindsAPluginHasACheckAndEveryMustRuleAMutant() {
    Set<Rule> checked = checks().stream().map(Check::rule).collect(Collectors.toSet());
    Set<Rule> mutated = mutants().stream().map(Mutant::breaks).collect(Collectors.toSet());
    for (Rule rule : Rule.values()) {
      if (rule.id().startsWith("PLG-")
          && rule.binds() == Rule.Binds.PLUGIN
          && rule.level() != Level.UNTESTED) {
        assertTrue(checked.contains(rule), rule.id() + " has no check");
        assertTrue(rule.level() != Level.MUST || mutated.contains(rule), rule.id() + " no mutant");
      }
    }
  }

  @Test
  void aPluginThatTheLoaderFoundInAJarIsTriedWithItsJar() {
    Path jar =
        new JarMaker()
            .withSources(Map.of("third.ThirdPlugin", THIRD))
            .withText(
                "META-INF/services/dev.jacquard.spi.plugin.EnginePlugin", "third.ThirdPlugin\n")
            .withText("third/page/index.html", "<!doctype html><title>Third</title>")
            .write("third.jar");
    PluginLoader loader =
        new PluginLoader(PluginSelfTest.class.getClassLoader(), ReservedNames.NONE);
    try (PluginCatalog catalog = loader.loadOnly(jar)) {
      assertEquals(List.of(), catalog.problems());
      LoadedPlugin plugin = catalog.plugins().getFirst();
      List<CheckResult> results = new ArrayList<>();
      new Runner(RunOptions.of(Budget.QUICK, RunOptions.USUAL_SEED))
          .run(
              Suite.of("plugin:third", PluginChecks.all(), PluginUnderTest.of(plugin, jar)),
              results::add);
      assertEquals(List.of(), results.stream().filter(r -> r.outcome() == Outcome.FAILED).toList());
      Set<Rule> passed =
          results.stream()
              .filter(r -> r.outcome() == Outcome.PASSED)
              .map(CheckResult::rule)
              .collect(Collectors.toSet());
      assertTrue(
          passed.containsAll(Set.of(Rule.PLG_10, Rule.PLG_16, Rule.PLG_17)),
          () -> "passed are " + passed);
    }
  }
}
