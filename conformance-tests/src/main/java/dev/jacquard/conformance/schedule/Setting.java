package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerLimits;
import java.util.random.RandomGenerator;

/// The engine around a scheduler.
///
/// @param hostBlocks 0 for no host tier
/// @param sharing whether prefixes are shared
record Setting(
    int blockSize,
    int deviceBlocks,
    int hostBlocks,
    boolean sharing,
    PreemptionMode preemption,
    int maxSequences,
    int maxRunning,
    int maxStepTokens,
    int stepsInFlight) {
  /// Room for everybody: nobody need be preempted.
  static Setting roomy(int stepsInFlight) {
    return new Setting(4, 64, 0, true, PreemptionMode.RECOMPUTE, 16, 4, 16, stepsInFlight);
  }

  /// A pool of `blocks` blocks that those who run will outgrow.
  static Setting tight(int blocks, int hostBlocks, PreemptionMode preemption, int stepsInFlight) {
    return new Setting(2, blocks, hostBlocks, false, preemption, 16, 4, 16, stepsInFlight);
  }

  /// Any engine of a dozen sequences.
  static Setting random(RandomGenerator random, int stepsInFlight) {
    return new Setting(
        random.nextInt(1, 5),
        random.nextInt(8, 25),
        random.nextBoolean() ? random.nextInt(1, 20) : 0,
        random.nextInt(4) > 0,
        random.nextBoolean() ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE,
        12,
        random.nextInt(1, 6),
        random.nextInt(1, 20),
        stepsInFlight);
  }

  Setting withRunning(int running) {
    return new Setting(
        blockSize,
        deviceBlocks,
        hostBlocks,
        sharing,
        preemption,
        maxSequences,
        running,
        maxStepTokens,
        stepsInFlight);
  }

  Setting withStepTokens(int tokens) {
    return new Setting(
        blockSize,
        deviceBlocks,
        hostBlocks,
        sharing,
        preemption,
        maxSequences,
        maxRunning,
        tokens,
        stepsInFlight);
  }

  Setting withSequences(int sequences) {
    return new Setting(
        blockSize,
        deviceBlocks,
        hostBlocks,
        sharing,
        preemption,
        sequences,
        maxRunning,
        maxStepTokens,
        stepsInFlight);
  }

  Setting withoutSharing() {
    return new Setting(
        blockSize,
        deviceBlocks,
        hostBlocks,
        false,
        preemption,
        maxSequences,
        maxRunning,
        maxStepTokens,
        stepsInFlight);
  }

  /// Tokens that the device's blocks hold.
  int capacity() {
    return blockSize * deviceBlocks;
  }

  SchedulerLimits limits(int longest) {
    return new SchedulerLimits(maxSequences, maxRunning, maxStepTokens, stepsInFlight, longest);
  }
}
