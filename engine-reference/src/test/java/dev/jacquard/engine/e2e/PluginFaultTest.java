package dev.jacquard.engine.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.Generation;
import dev.jacquard.engine.output.GenerationResult;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.EngineException;
import dev.jacquard.spi.error.PluginException;
import dev.jacquard.spi.plugin.EnginePlugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plugin that fails, in a folder of plugins, behind its class loader: the engine tells who was
/// hurt and goes on, or says that it cannot.
class PluginFaultTest {
  private static final String PROMPT = "The people of the United States";
  @TempDir private static Path folder;

  @BeforeAll
  static void pack() throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve("faulty.jar"));
        JarOutputStream jar = new JarOutputStream(out)) {
      jar.putNextEntry(new JarEntry("META-INF/services/" + EnginePlugin.class.getName()));
      jar.write(FaultyPlugin.class.getName().getBytes(StandardCharsets.UTF_8));
      jar.closeEntry();
      for (Path file : classFiles()) {
        jar.putNextEntry(
            new JarEntry(
                FaultyPlugin.class.getPackageName().replace('.', '/') + "/" + file.getFileName()));
        try (InputStream in = Files.newInputStream(file)) {
          in.transferTo(jar);
        }
        jar.closeEntry();
      }
    }
  }

  private static List<Path> classFiles() {
    URL own = Objects.requireNonNull(FaultyPlugin.class.getResource("FaultyPlugin.class"));
    try (Stream<Path> files = Files.list(Path.of(own.toURI()).resolveSibling("."))) {
      return files.filter(f -> f.getFileName().toString().startsWith("FaultyPlugin")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EngineConfig.Builder config(String key, int value) {
    return Runs.config()
        .pluginFolders(List.of(folder))
        .settings(Map.of("faulty." + key, Integer.toString(value)));
  }

  @Test
  void aSchedulerThatThrowsFailsWhatRunsAndTheEngineServesOn() throws InterruptedException {
    // one runs at a time: the first is about in its tenth step when its plan fails
    check(config("plan", 10).scheduler("faulty-scheduler").maxSequences(1).build());
  }

  @Test
  void aBlockManagerThatThrowsFailsWhatRunsAndTheEngineServesOn() throws InterruptedException {
    check(config("reserve", 10).blockManager("faulty-blocks").maxSequences(1).build());
  }

  private static void check(EngineConfig config) throws InterruptedException {
    GenerationResult expected =
        Runs.all(c -> c, List.of(Runs.request(PROMPT, Runs.greedy(2)))).getFirst();
    try (Engine engine = Engine.open(config)) {
      CountDownLatch held = Runs.hold(engine);
      // long enough to fill blocks, which a listener then knows
      Generation running = engine.submit(Runs.request(PROMPT.repeat(8), Runs.greedy(20)));
      Generation waiting = engine.submit(Runs.request(PROMPT, Runs.greedy(2)));
      held.countDown();
      EngineException failure = assertThrows(EngineException.class, running::result);
      assertInstanceOf(PluginException.class, failure);
      assertTrue(failure.getMessage().contains("fails as configured"), failure.getMessage());
      Runs.assertSame(expected, waiting.result(), "the one that waited");
      assertTrue(engine.status().serving());
      assertEquals(
          1, engine.generate(Runs.request(PROMPT, Runs.greedy(1))).usage().completionTokens());
      assertEquals(1, Runs.metric(engine, "jacquard_recoveries_total"));
      // a listener that outlives the manager that failed believes no block of it cached (BSM-32)
      assertEquals(engine.status().cachedBlocks(), Runs.metric(engine, "faulty_known_blocks"));
    }
  }

  @Test
  void aLostBackendFailsEveryRequestAndTheEngineSaysThatItServesNoMore()
      throws InterruptedException {
    EngineConfig config =
        Runs.config().pluginFolders(List.of(folder)).kernelBackend("faulty-backend").build();
    try (Engine engine = Engine.open(config)) {
      assertTrue(engine.status().serving());
      CountDownLatch held = Runs.hold(engine);
      List<Generation> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            engine.submit(Runs.request(PROMPT, Runs.greedy(20).toBuilder().n(i % 2 + 1).build())));
      }
      held.countDown();
      for (Generation each : all) {
        BackendException failure = assertThrows(BackendException.class, each::result);
        assertTrue(failure.getMessage().contains("fell off the bus"), failure.getMessage());
      }
      assertFalse(engine.status().serving());
      assertThrows(
          BackendException.class, () -> engine.submit(Runs.request(PROMPT, Runs.greedy(1))));
      assertEquals(0, engine.runtime().admission().taken());
    }
  }
}
