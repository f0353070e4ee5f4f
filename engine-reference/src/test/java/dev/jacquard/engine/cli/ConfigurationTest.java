package dev.jacquard.engine.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.EngineConfig;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// Flags, environment and file become one configuration, in this order of strength.
class ConfigurationTest {
  @TempDir private Path folder;

  private static EngineConfig config(Map<String, String> environment, String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of(arguments));
    List<String> plain = DynamicOptions.rewrite(all);
    CommandLine line = Main.commandLine(plain, System.out, System.err, environment);
    CommandLine.ParseResult parsed = line.parseArgs(plain.toArray(new String[0]));
    ServeCommand serve = (ServeCommand) parsed.subcommand().commandSpec().userObject();
    return serve.engine.toConfig();
  }

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("jacquard.yaml"), text);
  }

  @Test
  void withoutAnythingTheDefaultsOfTheLibraryHold() {
    EngineConfig library = EngineConfig.builder().build();
    assertEquals(
        library,
        EngineConfig.builder()
            .maxSequences(config(Map.of()).maxSequences())
            .maxWaiting(config(Map.of()).maxWaiting())
            .blockSize(config(Map.of()).blockSize())
            .watermark(config(Map.of()).watermark())
            .prefixCaching(config(Map.of()).prefixCaching())
            .kvCacheType(config(Map.of()).kvCacheType())
            .preemption(config(Map.of()).preemption())
            .stepsInFlight(config(Map.of()).stepsInFlight())
            .maxStepTokens(config(Map.of()).maxStepTokens())
            .swapBytes(config(Map.of()).swapBytes())
            .build());
  }

  @Test
  void flagsAreNamedAsInVllm() {
    EngineConfig config =
        config(
            Map.of(),
            "--model=m.gguf",
            "--max-model-len=300",
            "--max-num-seqs=7",
            "--max-num-batched-tokens=99",
            "--block-size=32",
            "--num-gpu-blocks-override=55",
            "--swap-space=1.5",
            "--served-model-name=mine",
            "--seed=9",
            "--scheduler=fcfs",
            "--block-manager=lru",
            "--kernel-backend=cpu",
            "--kv-cache-dtype=F32",
            "--preemption-mode=Swap",
            "--set=a.b=c=d");
    assertEquals(Path.of("m.gguf"), config.model());
    assertEquals(300, config.maxModelLength());
    assertEquals(7, config.maxSequences());
    assertEquals(99, config.maxStepTokens());
    assertEquals(32, config.blockSize());
    assertEquals(55, config.deviceBlocks());
    assertEquals(3L << 29, config.swapBytes());
    assertEquals("mine", config.servedModelName());
    assertEquals(9, config.seed());
    assertEquals("fcfs", config.scheduler());
    assertEquals("lru", config.blockManager());
    assertEquals("cpu", config.kernelBackend());
    assertEquals(DType.F32, config.kvCacheType());
    assertEquals(PreemptionMode.SWAP, config.preemption());
    assertEquals(Map.of("a.b", "c=d"), config.settings());
    assertEquals(512L << 20, config(Map.of(), "--swap-space", "512MiB").swapBytes());
  }

  @Test
  void prefixCachingIsOnAndCanBeTurnedOffAndOn() throws Exception {
    assertTrue(config(Map.of()).prefixCaching());
    assertTrue(config(Map.of(), "--enable-prefix-caching").prefixCaching());
    assertFalse(config(Map.of(), "--no-enable-prefix-caching").prefixCaching());
    Map<String, String> off = Map.of("JACQUARD_ENABLE_PREFIX_CACHING", "false");
    assertFalse(config(off).prefixCaching());
    assertTrue(config(off, "--enable-prefix-caching").prefixCaching());
    assertFalse(config(off, "--no-enable-prefix-caching").prefixCaching());
    Path file = file("enable-prefix-caching: false\n");
    assertFalse(config(Map.of(), "--config=" + file).prefixCaching());
  }

  @Test
  void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
    Path file = file("max-num-seqs: 3\nblock-size: 8\nseed: 5\n");
    Map<String, String> environment =
        Map.of("JACQUARD_MAX_NUM_SEQS", "4", "JACQUARD_BLOCK_SIZE", "16");
    EngineConfig config = config(environment, "--config", file.toString(), "--block-size", "64");
    assertEquals(5, config.seed());
    assertEquals(4, config.maxSequences());
    assertEquals(64, config.blockSize());
    assertEquals(3, config(Map.of("JACQUARD_CONFIG", file.toString())).maxSequences());
  }

  @Test
  void theFileHoldsPluginsSectionsAndLists() throws Exception {
    Files.createDirectories(folder.resolve("a"));
    Files.createDirectories(folder.resolve("b"));
    Path file =
        file(
            """
            plugin-dir: [%1$s/a, %1$s/b]
            strict-plugins: true
            mine:
              ttl: 30s
              deep: {er: [1, 2]}
              nothing: null
            """
                .formatted(folder));
    EngineConfig config =
        config(Map.of(), "--config=" + file, "--mine-config={\"ttl\": \"40s\"}", "--set=mine.x=y");
    assertEquals(List.of(folder.resolve("a"), folder.resolve("b")), config.pluginFolders());
    assertTrue(config.strictPlugins());
    assertEquals(
        Map.of("mine.ttl", "40s", "mine.deep.er", "1,2", "mine.x", "y"), config.settings());
    assertTrue(config(Map.of("JACQUARD_STRICT_PLUGINS", "true")).strictPlugins());
  }

  @Test
  void pluginsAreEnabledAndConfiguredByName() {
    EngineConfig config =
        config(
            Map.of(),
            "--enable-mine",
            "--enable-other-one",
            "--mine-config",
            "{\"ttl\": \"30s\", \"deep\": {\"er\": 1.5}}",
            "--other-one-config={\"on\": true}",
            "--set",
            "mine.ttl=60s");
    assertEquals(List.of("mine", "other-one"), config.enabledPlugins());
    assertEquals(
        Map.of("mine.ttl", "60s", "mine.deep.er", "1.5", "other-one.on", "true"),
        config.settings());
  }
}
