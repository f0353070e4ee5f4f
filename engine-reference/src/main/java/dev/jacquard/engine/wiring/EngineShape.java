package dev.jacquard.engine.wiring;

import dev.jacquard.engine.EngineConfig;
import dev.jacquard.engine.model.config.ModelConfig;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.schedule.SchedulerLimits;

/// The sizes of one engine, settled before anything is allocated.
///
/// @param hostBlocks blocks of the host tier
/// @param maxModelLength longest sequence in tokens
public record EngineShape(
    KvCacheLayout layout,
    int deviceBlocks,
    int hostBlocks,
    int maxModelLength,
    SchedulerLimits limits,
    StepShape step) {
  private static final int DEFAULT_STEP_TOKENS = 2048;
  private static final long DEFAULT_MOST_KV_BYTES = 4L << 30;
  private static final int USUAL_LENGTH = 1024;

  /// Settles sizes from what was asked for, what the model can and what the backend has.
  ///
  /// @throws ConfigurationException naming the flag, the value and the remedy when they do not fit together
  static EngineShape of(EngineConfig config, ModelConfig model, KernelBackend backend) {
    KvCacheLayout layout =
        new KvCacheLayout(
            model.layers(),
            model.kvHeads(),
            model.headDim(),
            config.blockSize(),
            config.kvCacheType());
    if (!backend.capabilities().kvTypes().contains(config.kvCacheType())) {
      throw new ConfigurationException(
          "--kv-cache-dtype is "
              + config.kvCacheType()
              + "; "
              + backend.capabilities().device()
              + " stores "
              + backend.capabilities().kvTypes());
    }
    if (config.maxModelLength() > model.contextLength()) {
      throw new ConfigurationException(
          "--max-model-len is "
              + config.maxModelLength()
              + "; the model was made for "
              + model.contextLength()
              + " tokens at most");
    }
    int wanted = config.maxModelLength() > 0 ? config.maxModelLength() : model.contextLength();
    long blockBytes = backend.kvBytesPerBlock(layout);
    int blocks = deviceBlocks(config, backend, blockBytes, wanted);
    int length = (int) Math.min(wanted, (long) blocks * config.blockSize());
    if (length < wanted && config.maxModelLength() > 0) {
      throw new ConfigurationException(
          "--max-model-len is "
              + wanted
              + ", but "
              + blocks
              + " KV blocks of "
              + config.blockSize()
              + " tokens hold "
              + length
              + ": lower it, or raise --kv-cache-memory or --num-gpu-blocks-override");
    }
    int hostBlocks = Math.toIntExact(Math.min(config.swapBytes() / blockBytes, 1 << 24));
    int stepTokens =
        config.maxStepTokens() > 0
            ? config.maxStepTokens()
            : Math.max(DEFAULT_STEP_TOKENS, config.maxSequences());
    SchedulerLimits limits =
        new SchedulerLimits(
            config.maxWaiting() + config.maxSequences(),
            config.maxSequences(),
            stepTokens,
            config.stepsInFlight(),
            length);
    StepShape step =
        new StepShape(
            stepTokens,
            config.maxSequences(),
            config.maxSequences(),
            limits.maxSequences(),
            Math.ceilDiv(length, config.blockSize()),
            config.blockSize());
    return new EngineShape(layout, blocks, hostBlocks, length, limits, step);
  }

  private static int deviceBlocks(
      EngineConfig config, KernelBackend backend, long blockBytes, int length) {
    if (config.deviceBlocks() > 0) {
      return config.deviceBlocks();
    }
    long bytes = config.kvCacheBytes();
    if (bytes == 0) {
      // enough for every running sequence at a usual length, and for two of the longest
      long tokens =
          Math.max(2L * length, (long) config.maxSequences() * Math.min(length, USUAL_LENGTH));
      long enough = Math.ceilDiv(tokens, config.blockSize()) * blockBytes;
      long affordable = Math.min(backend.memory().freeBytes() / 2, DEFAULT_MOST_KV_BYTES);
      bytes = Math.min(enough, affordable);
    }
    long blocks = bytes / blockBytes;
    if (blocks < 1) {
      throw new ConfigurationException(
          "--kv-cache-memory leaves "
              + bytes
              + " bytes for KV blocks of "
              + blockBytes
              + ": give it at least one block");
    }
    return (int) Math.min(blocks, 1 << 26);
  }
}
