package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.CacheListener;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// The checks of cache listeners: rule BSM-28.
public final class ListenerChecks {
  private static final int QUICK = 40;
  private static final int FULL = 400;
  private static final int STEPS = 60;

  private ListenerChecks() {}

  /// All of them.
  public static List<Check<ListenerUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.BSM_28,
            "no event is answered with a call or an exception, in random lives",
            ListenerChecks::live,
            "the listener asks the manager for counts while it is told",
            "an event for a block that is not known, or known already"),
        Check.of(
            Rule.BSM_28,
            "`cleared` and what follows it are borne",
            ListenerChecks::afterClear,
            "maps that are not emptied by `cleared`"));
  }

  private static void live(ListenerUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(QUICK, FULL); round++) {
      RandomGenerator random = trial.random(round);
      SpaceTheme theme = SpaceTheme.values()[round % SpaceTheme.values().length];
      SpaceShape shape = theme.shape(random);
      List<SpaceOp> ops = SpaceOp.random(random, theme.weights(), STEPS);
      TrappedBlocks trap = new TrappedBlocks();
      trap.hear(subject.create(shape.context(new ManualClock(), List.of()), trap.entrance()));
      live(trap, shape, ops);
      judge(trap, "(round " + round + " of check seed 0x" + Long.toHexString(trial.seed()) + ")");
    }
  }

  private static void afterClear(ListenerUnderTest subject, Trial trial) {
    SpaceShape shape = SpaceShape.of(2, 12).withHost(4);
    List<SpaceOp> ops = SpaceOp.random(trial.random(), SpaceTheme.PREFIXES.weights(), STEPS);
    TrappedBlocks trap = new TrappedBlocks();
    trap.hear(subject.create(shape.context(new ManualClock(), List.of()), trap.entrance()));
    for (int life = 0; life < 3; life++) {
      SpaceLife.breakOff(around(trap, shape), shape, ops.subList(0, STEPS / 2 + 10 * life));
      trap.cleared();
      judge(trap, "(after " + (life + 1) + " managers, each followed by `cleared`)");
    }
  }

  private static void live(TrappedBlocks trap, SpaceShape shape, List<SpaceOp> ops) {
    Violation violation = SpaceLife.run(around(trap, shape), shape, ops);
    if (violation != null && trap.complaints().isEmpty()) {
      throw new AssertionError(
          "the listener disturbed the manager that it hears: " + violation.getMessage(), violation);
    }
  }

  private static ManagerUnderTest around(TrappedBlocks trap, SpaceShape shape) {
    return context -> {
      List<CacheListener> both = new ArrayList<>(context.listeners());
      both.add(trap);
      return trap.around(
          shape.context(new ManualClock(), both).paged(new PlainEviction(shape.device())));
    };
  }

  private static void judge(TrappedBlocks trap, String where) {
    if (!trap.complaints().isEmpty()) {
      throw new AssertionError(
          String.join("; ", trap.complaints())
              + "; last events: "
              + trap.lastEvents()
              + " "
              + where);
    }
  }
}
