package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.schedule.SchedulingSiege.Better;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.List;

/// SCP-3: nobody waits for ever.
final class SchedulingPatience {
  private static final int[] QUICK_AHEAD = {5};
  private static final int[] FULL_AHEAD = {0, 1, 5, 12};

  private SchedulingPatience() {}

  static List<Check<SchedulingUnderTest>> checks() {
    List<Check<SchedulingUnderTest>> checks = new ArrayList<>();
    for (Better better : Better.values()) {
      checks.add(
          Check.of(
              Rule.SCP_3,
              "a new sequence is named while better ones keep coming: " + better.text(),
              (s, t) -> {
                for (int ahead : t.rounds(1, 2) == 1 ? QUICK_AHEAD : FULL_AHEAD) {
                  new SchedulingSiege(s, better).run(ahead, WaitReason.NEW);
                }
              },
              "the order is strict and nothing ages",
              "what comes new starts ahead of what has waited"));
    }
    for (WaitReason reason : List.of(WaitReason.RECOMPUTE, WaitReason.SWAPPED)) {
      checks.add(
          Check.of(
              Rule.SCP_3,
              "a preempted sequence (" + reason + ") is named while others keep coming",
              (s, t) -> {
                for (int ahead : t.rounds(1, 2) == 1 ? QUICK_AHEAD : FULL_AHEAD) {
                  new SchedulingSiege(s, Better.YOUNGER).run(ahead, reason);
                }
              },
              "preempted sequences are put behind all new ones, each time",
              "a preempted sequence is lost"));
    }
    checks.add(
        Check.of(
            Rule.SCP_3,
            "lives of an engine end when arrivals end",
            (s, t) -> SchedulingLives.search(s, t, Rule.SCP_3),
            "a sequence is lost when it was answered LATER, preempted or forked"));
    return checks;
  }
}
