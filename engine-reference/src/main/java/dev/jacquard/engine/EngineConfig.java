package dev.jacquard.engine;

import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How an engine is set up. Immutable; [#builder()] starts from the defaults, which need no change to work. Names in brackets are the flags of the command line, those of vLLM where they
/// mean the same.
///
/// @param model a GGUF file or a Hugging Face directory (`--model`); null for the embedded demo model
/// @param servedModelName what clients call it (`--served-model-name`); null for the model's own name
/// @param maxModelLength longest sequence in tokens (`--max-model-len`); 0 for what model and memory allow
/// @param maxSequences sequences that run at once (`--max-num-seqs`)
/// @param maxStepTokens tokens of a step (`--max-num-batched-tokens`); 0 to follow measured speed
/// @param maxWaiting sequences that may wait; more are refused (`--max-waiting`)
/// @param blockSize tokens of a KV block (`--block-size`)
/// @param deviceBlocks KV blocks (`--num-gpu-blocks-override`); 0 to size them from memory
/// @param kvCacheBytes memory for KV blocks when they are not given (`--kv-cache-memory`); 0 for a share of the free memory
/// @param swapBytes memory of the host tier (`--swap-space`)
/// @param watermark share of the blocks kept free at admission (`--watermark`)
/// @param prefixCaching whether prefixes are shared (`--enable-prefix-caching`)
/// @param kvCacheType how keys and values are stored (`--kv-cache-dtype`)
/// @param preemption what a preempted sequence does with its blocks (`--preemption-mode`)
/// @param stepsInFlight plans that may be out at once (`--steps-in-flight`)
/// @param threads threads of a CPU backend (`--threads`); 0 for all processors
/// @param seed for requests that bring none (`--seed`)
/// @param warmUp how long dummy steps may run at the start, so that the first request finds compiled kernels (`--warm-up-time`); zero, the default, for none
/// @param scheduler name of the scheduler (`--scheduler`), or null
/// @param blockManager name of the block space manager (`--block-manager`), or null
/// @param kernelBackend name of the kernel backend or `auto` (`--kernel-backend`), or null
/// @param pluginFolders where plugins lie (`--plugin-dir`)
/// @param enabledPlugins plugins of which everything is wanted (`--enable-NAME`)
/// @param strictPlugins whether a broken plugin that nobody selected ends the start too
/// @param settings `plugin.key` → value (`--set`)
public record EngineConfig(
    @Nullable Path model,
    @Nullable String servedModelName,
    int maxModelLength,
    int maxSequences,
    int maxStepTokens,
    int maxWaiting,
    int blockSize,
    int deviceBlocks,
    long kvCacheBytes,
    long swapBytes,
    double watermark,
    boolean prefixCaching,
    DType kvCacheType,
    PreemptionMode preemption,
    int stepsInFlight,
    int threads,
    long seed,
    Duration warmUp,
    @Nullable String scheduler,
    @Nullable String blockManager,
    @Nullable String kernelBackend,
    List<Path> pluginFolders,
    List<String> enabledPlugins,
    boolean strictPlugins,
    Map<String, String> settings) {

  private static final Duration LONGEST_WARM_UP = Duration.ofHours(1);

  /// Copies the collections.
  public EngineConfig {
    pluginFolders = List.copyOf(pluginFolders);
    enabledPlugins = List.copyOf(enabledPlugins);
    settings = Map.copyOf(settings);
  }

  /// Starts from the defaults: the demo model, 64 sequences, blocks of 16.
  public static Builder builder() {
    return new Builder();
  }

  /// Collects values; every setter returns this.
  public static final class Builder {
    private @Nullable Path model;
    private @Nullable String servedModelName;
    private int maxModelLength;
    private int maxSequences = 64;
    private int maxStepTokens;
    private int maxWaiting = 1024;
    private int blockSize = 16;
    private int deviceBlocks;
    private long kvCacheBytes;
    private long swapBytes;
    private double watermark = 0.01;
    private boolean prefixCaching = true;
    private DType kvCacheType = DType.F16;
    private PreemptionMode preemption = PreemptionMode.RECOMPUTE;
    private int stepsInFlight = 1;
    private int threads;
    private long seed;
    private Duration warmUp = Duration.ZERO;
    private @Nullable String scheduler;
    private @Nullable String blockManager;
    private @Nullable String kernelBackend;
    private List<Path> pluginFolders = List.of();
    private List<String> enabledPlugins = List.of();
    private boolean strictPlugins;
    private Map<String, String> settings = Map.of();

    private Builder() {}

    /// See [EngineConfig#model].
    public Builder model(@Nullable Path value) {
      model = value;
      return this;
    }

    /// See [EngineConfig#servedModelName].
    public Builder servedModelName(@Nullable String value) {
      servedModelName = value;
      return this;
    }

    /// See [EngineConfig#maxModelLength].
    public Builder maxModelLength(int value) {
      maxModelLength = value;
      return this;
    }

    /// See [EngineConfig#maxSequences].
    public Builder maxSequences(int value) {
      maxSequences = value;
      return this;
    }

    /// See [EngineConfig#maxStepTokens].
    public Builder maxStepTokens(int value) {
      maxStepTokens = value;
      return this;
    }

    /// See [EngineConfig#maxWaiting].
    public Builder maxWaiting(int value) {
      maxWaiting = value;
      return this;
    }

    /// See [EngineConfig#blockSize].
    public Builder blockSize(int value) {
      blockSize = value;
      return this;
    }

    /// See [EngineConfig#deviceBlocks].
    public Builder deviceBlocks(int value) {
      deviceBlocks = value;
      return this;
    }

    /// See [EngineConfig#kvCacheBytes].
    public Builder kvCacheBytes(long value) {
      kvCacheBytes = value;
      return this;
    }

    /// See [EngineConfig#swapBytes].
    public Builder swapBytes(long value) {
      swapBytes = value;
      return this;
    }

    /// See [EngineConfig#watermark].
    public Builder watermark(double value) {
      watermark = value;
      return this;
    }

    /// See [EngineConfig#prefixCaching].
    public Builder prefixCaching(boolean value) {
      prefixCaching = value;
      return this;
    }

    /// See [EngineConfig#kvCacheType].
    public Builder kvCacheType(DType value) {
      kvCacheType = value;
      return this;
    }

    /// See [EngineConfig#preemption].
    public Builder preemption(PreemptionMode value) {
      preemption = value;
      return this;
    }

    /// See [EngineConfig#stepsInFlight].
    public Builder stepsInFlight(int value) {
      stepsInFlight = value;
      return this;
    }

    /// See [EngineConfig#threads].
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /// See [EngineConfig#seed].
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /// See [EngineConfig#warmUp].
    public Builder warmUp(Duration value) {
      warmUp = value;
      return this;
    }

    /// See [EngineConfig#scheduler].
    public Builder scheduler(@Nullable String value) {
      scheduler = value;
      return this;
    }

    /// See [EngineConfig#blockManager].
    public Builder blockManager(@Nullable String value) {
      blockManager = value;
      return this;
    }

    /// See [EngineConfig#kernelBackend].
    public Builder kernelBackend(@Nullable String value) {
      kernelBackend = value;
      return this;
    }

    /// See [EngineConfig#pluginFolders].
    public Builder pluginFolders(List<Path> value) {
      pluginFolders = value;
      return this;
    }

    /// See [EngineConfig#enabledPlugins].
    public Builder enabledPlugins(List<String> value) {
      enabledPlugins = value;
      return this;
    }

    /// See [EngineConfig#strictPlugins].
    public Builder strictPlugins(boolean value) {
      strictPlugins = value;
      return this;
    }

    /// See [EngineConfig#settings].
    public Builder settings(Map<String, String> value) {
      settings = value;
      return this;
    }

    /// Checks and builds.
    ///
    /// @throws ConfigurationException naming the flag, the value and what is accepted
    public EngineConfig build() {
      require("--max-model-len", maxModelLength, maxModelLength >= 0, "0 (automatic) or more");
      require(
          "--max-num-seqs", maxSequences, maxSequences >= 1 && maxSequences <= 4096, "1 to 4096");
      require(
          "--max-num-batched-tokens",
          maxStepTokens,
          maxStepTokens >= 0 && maxStepTokens <= 1 << 20,
          "0 (automatic) to 1048576");
      require(
          "--max-waiting", maxWaiting, maxWaiting >= 0 && maxWaiting <= 1 << 20, "0 to 1048576");
      require("--block-size", blockSize, blockSize >= 1 && blockSize <= 1024, "1 to 1024");
      require(
          "--num-gpu-blocks-override", deviceBlocks, deviceBlocks >= 0, "0 (automatic) or more");
      require("--kv-cache-memory", kvCacheBytes, kvCacheBytes >= 0, "0 (automatic) or more bytes");
      require("--swap-space", swapBytes, swapBytes >= 0, "0 or more bytes");
      require("--watermark", watermark, watermark >= 0 && watermark < 1, "at least 0, below 1");
      require(
          "--steps-in-flight", stepsInFlight, stepsInFlight >= 1 && stepsInFlight <= 2, "1 or 2");
      require("--threads", threads, threads >= 0 && threads <= 4096, "0 (automatic) to 4096");
      if (warmUp.isNegative() || warmUp.compareTo(LONGEST_WARM_UP) > 0) {
        throw new ConfigurationException(
            "--warm-up-time is " + warmUp + "; accepted: 0s (none) to " + LONGEST_WARM_UP);
      }
      return new EngineConfig(
          model,
          servedModelName,
          maxModelLength,
          maxSequences,
          maxStepTokens,
          maxWaiting,
          blockSize,
          deviceBlocks,
          kvCacheBytes,
          swapBytes,
          watermark,
          prefixCaching,
          kvCacheType,
          preemption,
          stepsInFlight,
          threads,
          seed,
          warmUp,
          scheduler,
          blockManager,
          kernelBackend,
          pluginFolders,
          enabledPlugins,
          strictPlugins,
          settings);
    }

    private static void require(String flag, Number value, boolean ok, String accepted) {
      if (!ok) {
        throw new ConfigurationException(flag + " is " + value + "; accepted: " + accepted);
      }
    }
  }
}
