package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.Availability.Available;
import dev.jacquard.spi.Availability.Unavailable;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderSelectorTest {
  private final ConfigTree config = new ConfigTree(Map.of("fast.device", "7"));

  @Test
  void whatIsNotNamedIsReference() {
    Selection selection =
        select(
            SelectionRequest.DEFAULT,
            new FakePlugin("fast")
                .scheduler("fast")
                .blockManager("fast")
                .backend("fast", 9, ProviderSelectorTest::gpu));
    assertEquals("reference", selection.scheduler().name());
    assertEquals("reference", selection.blockManager().name());
    assertEquals("reference", selection.kernelBackend().name());
    assertEquals("cpu", selection.device());
    assertEquals(1, selection.plugins().size());
  }

  @Test
  void aNamedComponentIsChosenWithItsPlugin() {
    Selection selection =
        select(request(null, "mru", null), new FakePlugin("mine").blockManager("mru"));
    assertEquals("mru", selection.blockManager().name());
    assertEquals(
        List.of("reference", "mine"), selection.plugins().stream().map(LoadedPlugin::id).toList());
  }

  @Test
  void anUnknownNameListsWhatThereIsAndTheNearest() {
    assertFails(
        request(null, "mrv", null),
        List.of(
            "block-manager = mrv: there is no block manager of this name; available: reference of reference 1.0 (built in), mru of mine 1.0 (built in). Did you mean 'mru'?"),
        new FakePlugin("mine").blockManager("mru"));
  }

  @Test
  void anUnknownNameTellsWhichPluginsAreBroken(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("mru.jar"), "broken");
    try (PluginCatalog catalog = loader().load(List.of(FakePlugin.reference()), List.of(folder))) {
      assertEquals(
          "reference",
          new ProviderSelector(catalog, config).select(SelectionRequest.DEFAULT).scheduler().name(),
          "a broken plugin nobody needs does not stop the start");
      ConfigurationException failure =
          assertThrows(
              ConfigurationException.class,
              () -> new ProviderSelector(catalog, config).select(request("mru", null, null)));
      assertTrue(
          failure
              .getMessage()
              .contains(
                  ". Not loaded: " + folder.resolve("mru.jar") + ": mru.jar is not a readable"),
          failure::getMessage);
    }
  }

  @Test
  void strictMakesEveryBrokenPluginFatal(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("mru.jar"), "broken");
    SelectionRequest strict = new SelectionRequest(null, null, null, List.of(), true);
    try (PluginCatalog catalog = loader().load(List.of(FakePlugin.reference()), List.of(folder))) {
      ConfigurationException failure =
          assertThrows(
              ConfigurationException.class,
              () -> new ProviderSelector(catalog, config).select(strict));
      assertTrue(failure.getMessage().contains("mru.jar is not a readable"), failure::getMessage);
      assertEquals(1, failure.getSuppressed().length);
    }
  }

  @Test
  void aConflictBetweenPluginsEndsTheStartEvenWhenNobodyChoseThem() {
    assertFails(
        SelectionRequest.DEFAULT,
        List.of("two plugins offer a scheduler of the name 'same'"),
        new FakePlugin("one").scheduler("same"),
        new FakePlugin("two").scheduler("same"));
  }

  @Test
  void aNamedBackendThatCannotRunIsAnErrorAndNeverReplaced() {
    assertFails(
        request(null, null, "fast"),
        List.of("kernel backend 'fast' cannot run here: no driver: install one"),
        new FakePlugin("fast").backend("fast", 9, ProviderSelectorTest::noGpu));
  }

  @Test
  void autoTakesTheHighestPriorityThatCanRunAndTellsWhatItPassedOver() {
    List<String> probed = new ArrayList<>();
    Selection selection =
        select(
            request(null, null, "auto"),
            new FakePlugin("slow")
                .backend(
                    "slow",
                    -1,
                    c -> {
                      probed.add("slow");
                      return gpu(c);
                    }),
            new FakePlugin("fast").backend("fast", 9, ProviderSelectorTest::noGpu),
            new FakePlugin("good").backend("good", 5, ProviderSelectorTest::gpu));
    assertEquals("good", selection.kernelBackend().name());
    assertEquals("gpu 0", selection.device());
    assertEquals(
        List.of("fast of fast 1.0 (built in): no driver: install one"), selection.rejected());
    assertEquals(List.of(), probed, "backends of lower priority are not asked");
  }

  @Test
  void autoFallsToReferenceWhenNothingElseCanRun() {
    Selection selection =
        select(
            request(null, null, "auto"),
            new FakePlugin("fast").backend("fast", 9, ProviderSelectorTest::noGpu));
    assertEquals("reference", selection.kernelBackend().name());
  }

  @Test
  void aTieAtTheTopIsAnError() {
    assertFails(
        request(null, null, "auto"),
        List.of(
            "kernel-backend = auto: several backends of the same priority can run: a of one 1.0 (built in), b of two 1.0 (built in). Name one of them"),
        new FakePlugin("one").backend("a", 9, ProviderSelectorTest::gpu),
        new FakePlugin("two").backend("b", 9, ProviderSelectorTest::gpu));
  }

  @Test
  void aProbeThatThrowsIsARejectionAndNoCrash() {
    Selection selection =
        select(
            request(null, null, "auto"),
            new FakePlugin("fast")
                .backend(
                    "fast",
                    9,
                    _ -> {
                      throw new UnsatisfiedLinkError("libfast.so");
                    }));
    assertEquals("reference", selection.kernelBackend().name());
    assertTrue(
        selection.rejected().getFirst().contains("probe failed, which it never may (PLG-5)"),
        selection.rejected()::toString);
  }

  @Test
  void aProbeReadsItsPluginsConfiguration() {
    Selection selection =
        select(
            request(null, null, "fast"),
            new FakePlugin("fast")
                .backend("fast", 9, c -> new Available("gpu " + c.integer("device", 0, 0, 9))));
    assertEquals("gpu 7", selection.device());
    assertEquals(List.of(), config.unusedProblems());
  }

  @Test
  void enablingAPluginSelectsAllItOffers() {
    Selection selection =
        select(
            enable("fast"),
            new FakePlugin("fast").scheduler("first").scheduler("fast").blockManager("only"));
    assertEquals("fast", selection.scheduler().name(), "the one called like the plugin");
    assertEquals("only", selection.blockManager().name());
    assertEquals("reference", selection.kernelBackend().name());
    assertEquals(List.of("fast"), selection.enabled().stream().map(LoadedPlugin::id).toList());
  }

  @Test
  void enablingAPluginTakesTheFirstOfAKindWhenNoneHasItsName() {
    assertEquals(
        "first",
        select(enable("fast"), new FakePlugin("fast").scheduler("first").scheduler("second"))
            .scheduler()
            .name());
  }

  @Test
  void anEnabledPluginsOtherComponentMayBeNamed() {
    assertEquals(
        "second",
        select(
                new SelectionRequest("second", null, null, List.of("fast"), false),
                new FakePlugin("fast").scheduler("first").scheduler("second"))
            .scheduler()
            .name());
  }

  @Test
  void anEnabledPluginAndAnotherNamedComponentContradict() {
    assertFails(
        new SelectionRequest("reference", null, null, List.of("fast"), false),
        List.of(
            "scheduler = reference contradicts --enable-fast, which selects first of fast 1.0 (built in)"),
        new FakePlugin("fast").scheduler("first"));
  }

  @Test
  void twoEnabledPluginsOfOneKindContradict() {
    assertFails(
        enable("one", "two"),
        List.of("only one scheduler can run", "a of one 1.0 (built in), b of two 1.0 (built in)"),
        new FakePlugin("one").scheduler("a"),
        new FakePlugin("two").scheduler("b"));
  }

  @Test
  void anUnknownPluginCannotBeEnabled() {
    assertFails(
        enable("fsat"),
        List.of("--enable-fsat: there is no plugin of this id", "Did you mean 'fast'?"),
        new FakePlugin("fast"));
  }

  @Test
  void allProblemsAreReportedTogetherOneALine() {
    ConfigurationException failure =
        assertFails(
            new SelectionRequest("x", "y", "fast", List.of("z"), false),
            List.of("--enable-z:", "scheduler = x:", "block-manager = y:", "cannot run here"),
            new FakePlugin("fast").backend("fast", 9, ProviderSelectorTest::noGpu));
    assertEquals(5, failure.getMessage().lines().count(), failure::getMessage);
    assertTrue(failure.getMessage().startsWith("4 problems:\n  - "), failure::getMessage);
  }

  @Test
  void problemsOfTheSelectionJoinThoseOfTheHost() {
    StartupProblems problems = new StartupProblems();
    problems.add("model = nowhere: no such file");
    try (PluginCatalog catalog = loader().load(List.of(FakePlugin.reference()), List.of())) {
      ProviderSelector selector = new ProviderSelector(catalog, config);
      assertTrue(selector.select(SelectionRequest.DEFAULT, problems).isPresent());
      assertTrue(selector.select(request("x", null, null), problems).isEmpty());
    }
    assertEquals(2, problems.lines().size());
  }

  private Selection select(SelectionRequest request, EnginePlugin... plugins) {
    try (PluginCatalog catalog = load(plugins)) {
      return new ProviderSelector(catalog, config).select(request);
    }
  }

  private ConfigurationException assertFails(
      SelectionRequest request, List<String> parts, EnginePlugin... plugins) {
    ConfigurationException failure =
        assertThrows(ConfigurationException.class, () -> select(request, plugins));
    for (String part : parts) {
      assertTrue(
          failure.getMessage().contains(part), () -> failure.getMessage() + " lacks " + part);
    }
    return failure;
  }

  private static Availability gpu(PluginConfig unused) {
    return new Available("gpu 0");
  }

  private static Availability noGpu(PluginConfig unused) {
    return new Unavailable("no driver: install one");
  }

  private static PluginCatalog load(EnginePlugin... plugins) {
    List<EnginePlugin> all = new ArrayList<>(List.of(FakePlugin.reference()));
    all.addAll(Arrays.asList(plugins));
    return loader().load(all, List.of());
  }

  private static PluginLoader loader() {
    return new PluginLoader(ProviderSelectorTest.class.getClassLoader(), ReservedNames.NONE);
  }

  private static SelectionRequest request(
      @Nullable String scheduler, @Nullable String blockManager, @Nullable String backend) {
    return new SelectionRequest(scheduler, blockManager, backend, List.of(), false);
  }

  private static SelectionRequest enable(String... ids) {
    return new SelectionRequest(null, null, null, List.of(ids), false);
  }
}
