package dev.jacquard.conformance.host;

import dev.jacquard.spi.plugin.EnginePlugin;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a host is started with. Everything that is not named here is the host's own affair; its watermark
/// is at most 2 % of the blocks, and prefixes are shared.
///
/// @param plugins what the operator installed, in this order
/// @param scheduler name of the scheduler, or null when none is named
/// @param blockManager name of the block space manager, or null when none is named
/// @param kernelBackend name of the kernel backend or `auto`, or null when none is named
/// @param enabled ids of plugins of which everything is wanted
/// @param strict whether a broken plugin that nobody selected ends the start too
/// @param settings `plugin.key` → value
/// @param blockSize tokens in a block
/// @param deviceBlocks blocks of the device tier
/// @param hostBlocks blocks of the host tier
/// @param maxRunning sequences that run at once
/// @param maxStepTokens tokens of a step
/// @param maxLength the longest sequence in tokens
/// @param stepsInFlight plans that may be out at once
/// @param preemption what preemption does first
public record HostSetup(
    List<EnginePlugin> plugins,
    @Nullable String scheduler,
    @Nullable String blockManager,
    @Nullable String kernelBackend,
    List<String> enabled,
    boolean strict,
    Map<String, String> settings,
    int blockSize,
    int deviceBlocks,
    int hostBlocks,
    int maxRunning,
    int maxStepTokens,
    int maxLength,
    int stepsInFlight,
    PreemptionMode preemption) {
  /// A small engine without plugins: 30 blocks of 8 tokens, four sequences at a time, one step in flight.
  public static final HostSetup SMALL =
      new HostSetup(
          List.of(),
          null,
          null,
          null,
          List.of(),
          false,
          Map.of(),
          8,
          30,
          0,
          4,
          32,
          128,
          1,
          PreemptionMode.RECOMPUTE);

  /// Copies the collections.
  public HostSetup {
    plugins = List.copyOf(plugins);
    enabled = List.copyOf(enabled);
    settings = Map.copyOf(settings);
  }

  /// With these plugins installed, and none selected.
  public HostSetup with(EnginePlugin... installed) {
    return new HostSetup(
        List.of(installed),
        scheduler,
        blockManager,
        kernelBackend,
        enabled,
        strict,
        settings,
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxRunning,
        maxStepTokens,
        maxLength,
        stepsInFlight,
        preemption);
  }

  /// With components named; null for those that are not.
  public HostSetup naming(
      @Nullable String schedulerName, @Nullable String managerName, @Nullable String backendName) {
    return new HostSetup(
        plugins,
        schedulerName,
        managerName,
        backendName,
        enabled,
        strict,
        settings,
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxRunning,
        maxStepTokens,
        maxLength,
        stepsInFlight,
        preemption);
  }

  /// With plugins of which everything is wanted.
  public HostSetup enabling(String... ids) {
    return new HostSetup(
        plugins,
        scheduler,
        blockManager,
        kernelBackend,
        List.of(ids),
        strict,
        settings,
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxRunning,
        maxStepTokens,
        maxLength,
        stepsInFlight,
        preemption);
  }

  /// Where a broken plugin ends the start.
  public HostSetup strictly() {
    return new HostSetup(
        plugins,
        scheduler,
        blockManager,
        kernelBackend,
        enabled,
        true,
        settings,
        blockSize,
        deviceBlocks,
        hostBlocks,
        maxRunning,
        maxStepTokens,
        maxLength,
        stepsInFlight,
        preemption);
  }

  /// With so many blocks in the two tiers.
  public HostSetup blocks(int device, int host) {
    return new HostSetup(
        plugins,
        scheduler,
        blockManager,
        kernelBackend,
        enabled,
        strict,
        settings,
        blockSize,
        device,
        host,
        maxRunning,
        maxStepTokens,
        maxLength,
        stepsInFlight,
        host > 0 ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE);
  }

  /// With so many sequences at a time, and steps in flight.
  public HostSetup running(int sequences, int steps) {
    return new HostSetup(
        plugins,
        scheduler,
        blockManager,
        kernelBackend,
        enabled,
        strict,
        settings,
        blockSize,
        deviceBlocks,
        hostBlocks,
        sequences,
        maxStepTokens,
        maxLength,
        steps,
        preemption);
  }
}
