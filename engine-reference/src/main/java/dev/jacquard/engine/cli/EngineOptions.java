package dev.jacquard.engine.cli;

import dev.jacquard.engine.Engine;
import dev.jacquard.engine.EngineConfig;
import dev.jacquard.host.Amounts;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The options of every command that opens an engine. Named as in vLLM where they mean the same.
final class EngineOptions {
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  @Option(
      names = "--model",
      description = "GGUF file or Hugging Face directory; the embedded demo model if not given.")
  @Nullable Path model;

  @Option(names = "--served-model-name", description = "What clients call the model.")
  @Nullable String servedModelName;

  @Option(names = "--max-model-len", description = "Longest sequence in tokens; 0 is automatic.")
  int maxModelLength;

  @Option(
      names = "--max-num-seqs",
      defaultValue = "64",
      description = "Sequences that run at once (64).")
  int maxSequences;

  @Option(
      names = "--max-num-batched-tokens",
      description = "Tokens of a step; 0 follows measured speed so that a step lasts about 250 ms.")
  int maxStepTokens;

  @Option(
      names = "--max-waiting",
      defaultValue = "1024",
      description = "Sequences that may wait (1024).")
  int maxWaiting;

  @Option(names = "--block-size", defaultValue = "16", description = "Tokens of a KV block (16).")
  int blockSize;

  @Option(
      names = "--num-gpu-blocks-override",
      description = "KV blocks of the device; 0 is automatic.")
  int deviceBlocks;

  @Option(
      names = "--kv-cache-memory",
      defaultValue = "0",
      description = "Memory for KV blocks, such as 4GiB.")
  String kvCacheMemory = "0";

  @Option(
      names = "--kv-cache-dtype",
      defaultValue = "f16",
      converter = KvCacheType.class,
      description = "How KV is stored: f16, bf16 or f32 (f16).")
  DType kvCacheType = DType.F16;

  @Option(
      names = "--swap-space",
      defaultValue = "0",
      description =
          "Memory of the host tier: a number is GiB, as in vLLM, or an amount such as 512MiB (0).")
  String swapSpace = "0";

  @Option(
      names = "--watermark",
      defaultValue = "0.01",
      description = "Share of blocks kept free at admission (0.01).")
  double watermark;

  @Option(
      names = "--enable-prefix-caching",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Share prefixes between requests (on).")
  boolean prefixCaching;

  @Option(
      names = "--preemption-mode",
      defaultValue = "recompute",
      description =
          "What a preempted sequence does with its blocks: recompute or swap (recompute).")
  PreemptionMode preemption = PreemptionMode.RECOMPUTE;

  @Option(
      names = "--steps-in-flight",
      defaultValue = "1",
      description = "Plans that may be out at once, 1 or 2 (1).")
  int stepsInFlight;

  @Option(names = "--threads", description = "Threads of a CPU backend; 0 is one a processor.")
  int threads;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Seed for requests that bring none (0).")
  long seed;

  @Option(
      names = "--warm-up-time",
      description =
          "How long dummy steps may run before requests are taken, so that the first one finds"
              + " compiled kernels; 0s for none (5s; complete and chat: 0s).")
  @Nullable String warmUp;

  @Option(names = "--scheduler", description = "Name of the scheduler; see 'jacquard plugins'.")
  @Nullable String scheduler;

  @Option(names = "--block-manager", description = "Name of the block space manager.")
  @Nullable String blockManager;

  @Option(names = "--kernel-backend", description = "Name of the kernel backend, or auto.")
  @Nullable String kernelBackend;

  @Option(
      names = "--plugin-dir",
      split = ",",
      description = "Folder of plugins; may be repeated ('plugins').")
  @Nullable List<Path> pluginFolders;

  @Option(
      names = "--strict-plugins",
      description = "A broken plugin ends the start even if nobody selected it.")
  boolean strictPlugins;

  @Option(names = "--enable-plugin", split = ",", hidden = true)
  @Nullable List<String> enabledPlugins;

  @Option(names = "--plugin-config", hidden = true)
  @Nullable List<String> pluginConfigs;

  @Option(names = "--set", description = "A plugin's key: NAME.key=value; may be repeated.")
  @Nullable List<String> settings;

  @Option(
      names = "--config",
      description = "YAML file with these options as keys, and plugins' keys below their names.")
  @Nullable Path config;

  @Option(names = "--verbose", description = "Log more.")
  boolean verbose;

  private boolean warmUpByDefault = true;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  /// For commands that answer once, or whose user types for longer than the first answer takes.
  void noWarmUpByDefault() {
    warmUpByDefault = false;
  }

  /// Opens the engine these options describe, telling on the command's error output how far it is.
  Engine open() {
    PrintWriter err = spec.commandLine().getErr();
    EngineConfig wanted = toConfig();
    if (model == null) {
      err.println(
          "no --model given: using the embedded demo model, which is small and only for trying"
              + " things out");
    }
    boolean interactive = Terminals.interactive();
    Engine engine =
        Engine.open(
            wanted,
            layers -> {
              if (interactive) {
                err.print("\rloading weights: layer " + layers + " ");
                err.flush();
              }
            });
    if (interactive) {
      err.print("\r" + " ".repeat(40) + "\r");
      err.flush();
    }
    return engine;
  }

  EngineConfig toConfig() {
    return builder().build();
  }

  EngineConfig.Builder builder() {
    return EngineConfig.builder()
        .model(model)
        .servedModelName(servedModelName)
        .maxModelLength(maxModelLength)
        .maxSequences(maxSequences)
        .maxStepTokens(maxStepTokens)
        .maxWaiting(maxWaiting)
        .blockSize(blockSize)
        .deviceBlocks(deviceBlocks)
        .kvCacheBytes(bytes("--kv-cache-memory", kvCacheMemory))
        .kvCacheType(kvCacheType)
        .swapBytes(swapBytes())
        .watermark(watermark)
        .prefixCaching(prefixCaching)
        .preemption(preemption)
        .stepsInFlight(stepsInFlight)
        .threads(threads)
        .seed(seed)
        .warmUp(warmUp())
        .scheduler(scheduler)
        .blockManager(blockManager)
        .kernelBackend(kernelBackend)
        .pluginFolders(folders())
        .enabledPlugins(enabledPlugins == null ? List.of() : enabledPlugins)
        .strictPlugins(strictPlugins)
        .settings(allSettings());
  }

  /// Folders named must exist; the default one may be missing.
  List<Path> folders() {
    if (pluginFolders == null) {
      return List.of(Main.defaultPluginFolder());
    }
    for (Path folder : pluginFolders) {
      if (!Files.isDirectory(folder)) {
        throw new ConfigurationException("--plugin-dir is " + folder + "; there is no such folder");
      }
    }
    return pluginFolders;
  }

  private long swapBytes() {
    // vLLM counts this flag in GiB
    return swapSpace.matches("\\d+(\\.\\d+)?")
        ? (long) (Double.parseDouble(swapSpace) * (1L << 30))
        : bytes("--swap-space", swapSpace);
  }

  private Duration warmUp() {
    if (warmUp == null) {
      return warmUpByDefault ? WARM_UP : Duration.ZERO;
    }
    String given = warmUp;
    return Amounts.duration(given)
        .orElseThrow(() ->
            new ConfigurationException(
                "--warm-up-time is '" + given + "'; accepted: " + Amounts.DURATION_EXPECTED));
  }

  private static long bytes(String flag, String text) {
    return Amounts.bytes(text)
        .orElseThrow(() ->
            new ConfigurationException(
                flag + " is '" + text + "'; accepted: " + Amounts.BYTES_EXPECTED));
  }

  /// The configuration file first, then `--NAME-config`, then `--set`.
  private Map<String, String> allSettings() {
    Map<String, String> all = new TreeMap<>(Defaults.pluginSettings(config, spec));
    for (String one : pluginConfigs == null ? List.<String>of() : pluginConfigs) {
      int equals = one.indexOf('=');
      if (equals <= 0) {
        throw new ConfigurationException(
            "--plugin-config is '" + one + "'; write it as --NAME-config '{\"key\": 1}'");
      }
      String plugin = one.substring(0, equals);
      ConfigFile.json(one.substring(equals + 1), "--" + plugin + "-config")
          .forEach((key, value) -> all.put(plugin + "." + key, value));
    }
    for (String one : settings == null ? new ArrayList<String>() : settings) {
      int equals = one.indexOf('=');
      if (equals <= 0 || !one.substring(0, equals).contains(".")) {
        throw new ConfigurationException(
            "--set is '" + one + "'; write it as PLUGIN.key=value, such as mine.ttl=30s");
      }
      all.put(one.substring(0, equals), one.substring(equals + 1));
    }
    return all;
  }
}
