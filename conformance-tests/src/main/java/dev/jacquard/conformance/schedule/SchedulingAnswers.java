package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import java.util.ArrayList;
import java.util.List;

/// SCP-1, SCP-2, SCP-4, SCP-5, SCP-9 and SCP-11: what may be answered, when nothing may be refused,
/// and that nobody calls back. Each is tried in stories and in lives.
final class SchedulingAnswers {
  private SchedulingAnswers() {}

  static List<Check<SchedulingUnderTest>> checks() {
    List<Check<SchedulingUnderTest>> checks = new ArrayList<>();
    add(
        checks,
        Rule.SCP_1,
        "nextWaiting names only who waits, and views are asked during their call",
        "a sequence stays in the queue after gone or GRANTED",
        "an id that was used again still has the state of the sequence before",
        "the PlanView of planning is kept");
    add(
        checks,
        Rule.SCP_2,
        "who was answered LATER is not named again in the plan",
        "answered(LATER) is not handled",
        "two sequences in a plan can be refused, not one");
    add(
        checks,
        Rule.SCP_4,
        "victim names only who runs",
        "finished and waiting do not take a sequence out of the running",
        "an id that was used again still has the state of the sequence before");
    add(
        checks,
        Rule.SCP_5,
        "nextPrefill names only who has positions to prefill, once a plan",
        "a sequence is named until computed comes, which is after the plan",
        "decoding sequences are not told from prefilling ones: one position is left of them",
        "a preempted sequence still counts as prefilling");
    add(
        checks,
        Rule.SCP_9,
        "when nothing runs somebody is named",
        "admission waits for blocks, tokens or time although nothing can free them",
        "a sequence is lost when it waits again");
    add(
        checks,
        Rule.SCP_11,
        "nothing is asked of the manager or the scheduler but through PlanView",
        "the manager of the context is asked for free blocks or cached tokens");
    return checks;
  }

  private static void add(
      List<Check<SchedulingUnderTest>> checks, Rule rule, String name, String... causes) {
    checks.add(
        Check.of(
            rule, name + ", in stories", (s, t) -> SchedulingStory.search(s, t, rule), causes));
    checks.add(
        Check.of(
            rule,
            name + ", in lives of an engine",
            (s, t) -> SchedulingLives.search(s, t, rule),
            causes));
  }
}
