package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import java.util.ArrayList;
import java.util.List;

/// Random lives of a naive engine in a pool that is too small, where the policy under test chooses
/// what goes: the events of a real manager, with preemption, swaps, forks, windows and failures.
final class EvictionLives {
  private EvictionLives() {}

  /// Lives until one breaks `focus`.
  static void search(EvictionUnderTest subject, Trial trial, Rule focus) {
    for (int round = 0; round < trial.rounds(12, 150); round++) {
      life(subject, trial.random(round).nextLong(), 1 + round % 2, focus);
    }
  }

  /// One life.
  ///
  /// @return the policy's answers, in order
  static List<String> life(EvictionUnderTest subject, long seed, int stepsInFlight, Rule focus) {
    NaiveRun.Shape shape = NaiveRun.Shape.random(seed, stepsInFlight);
    List<EvictionJudge> judges = new ArrayList<>();
    try {
      NaiveRun.run(
          shape,
          seed,
          List.of(),
          List.of(),
          context -> judged(subject, context, focus, judges),
          context -> context.continuousBatching(new PlainScheduling()));
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\nin the life of seed " + seed + ", " + shape, e);
    }
    return judges.getFirst().answers();
  }

  private static BlockSpaceManager judged(
      EvictionUnderTest subject,
      BlockSpaceContext context,
      Rule focus,
      List<EvictionJudge> judges) {
    EvictionTrap trap = new EvictionTrap(context);
    EvictionJudge judge =
        new EvictionJudge(
            subject.create(trap), focus, context.deviceBlocks(), context.hostBlocks());
    judges.add(judge);
    BlockSpaceManager manager = context.paged(judge);
    trap.connect(manager, judge);
    return manager;
  }
}
