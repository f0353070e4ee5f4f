package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import java.util.List;

/// SCP-6: the same calls get the same answers.
final class SchedulingRepeats {
  private static final long DRIFT = 7_000_000_000L;

  private SchedulingRepeats() {}

  static List<Check<SchedulingUnderTest>> checks() {
    return List.of(
        Check.of(
            Rule.SCP_6,
            "two policies that hear the same story answer the same, whatever the context's clock says",
            SchedulingRepeats::sameStory,
            "a generator other than the context's",
            "System.nanoTime, or the context's clock in place of PlanView.now()",
            "iteration over objects hashed by identity"),
        Check.of(
            Rule.SCP_6,
            "two policies in equal lives of an engine answer the same",
            SchedulingRepeats::sameLife,
            "a generator other than the context's",
            "static state that outlives a policy"));
  }

  private static void sameStory(SchedulingUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(60, 1_000); round++) {
      SchedulingStory story = SchedulingStory.random(trial.random(round));
      requireSame(
          story.play(subject, Rule.SCP_6, 0),
          story.play(subject, Rule.SCP_6, DRIFT),
          "the story " + story.steps() + " (seed " + trial.seed() + ", round " + round + ")");
    }
  }

  private static void sameLife(SchedulingUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(6, 60); round++) {
      long seed = trial.random(round).nextLong();
      int flight = 1 + round % 2;
      requireSame(
          SchedulingLives.life(subject, seed, flight, Rule.SCP_6),
          SchedulingLives.life(subject, seed, flight, Rule.SCP_6),
          "the life of seed " + seed + " with " + flight + " plans in flight");
    }
  }

  private static void requireSame(List<String> first, List<String> second, String where) {
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      if (!first.get(i).equals(second.get(i))) {
        throw new AssertionError(
            "two policies heard the same calls; of the first, question %d was %s; of the second, %s;"
                    .formatted(i + 1, first.get(i), second.get(i))
                + " all answers before were the same; in "
                + where);
      }
    }
  }
}
