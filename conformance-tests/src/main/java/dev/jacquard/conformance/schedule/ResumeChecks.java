package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_12;
import static dev.jacquard.conformance.Rule.SCH_14;
import static dev.jacquard.conformance.Rule.SCH_15;
import static dev.jacquard.conformance.Rule.SCH_19;
import static dev.jacquard.conformance.Rule.SCH_6;

import dev.jacquard.conformance.Check;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.ArrayList;
import java.util.List;

/// What goes on after a disturbance: preemption in both modes, failed steps, plans on top of plans,
/// and forks.
final class ResumeChecks {
  private ResumeChecks() {}

  static List<Check<SchedulerUnderTest>> all() {
    List<Check<SchedulerUnderTest>> checks = new ArrayList<>(preemption());
    checks.addAll(steps());
    checks.addAll(forks());
    return checks;
  }

  private static List<Check<SchedulerUnderTest>> preemption() {
    return List.of(
        Scenario.check(
            SCH_6,
            "three that outgrow the pool end with the tokens of an undisturbed run",
            ResumeChecks::outgrow,
            "a resumed sequence goes on at the position where it was, not where its KV ends",
            "the other mode than the context's is used",
            "a refused swapOut is taken for granted"),
        Lives.check(SCH_6, "random lives resume with the same tokens"),
        Scenario.check(
            SCH_19,
            "three that outgrow the pool are reported when they give blocks up",
            ResumeChecks::outgrow,
            "plan.preempt is not called, or before a row is added for the same sequence"),
        Lives.check(
            SCH_19,
            "random lives report each preemption once",
            "a sequence that has a row already is preempted and its row stays"),
        Scenario.check(
            SCH_14,
            "three that outgrow the pool commit only what was computed in their blocks",
            ResumeChecks::outgrow,
            "rows that were out at a preemption are committed to the blocks given later"),
        Scenario.check(
            SCH_14,
            "a row that was planned before the end was known is discarded",
            ResumeChecks::endInFlight,
            "a sequence that finished in one plan is committed by the next one's completion"),
        Lives.check(SCH_14, "random lives commit only what was computed"));
  }

  private static List<Check<SchedulerUnderTest>> steps() {
    return List.of(
        Scenario.check(
            SCH_12,
            "each step of a run fails once, and twice in a row",
            ResumeChecks::fails,
            "a failed step is committed like any other",
            "positions of a failed step count as planned"),
        Lives.check(SCH_12, "random lives bear failed steps"));
  }

  private static List<Check<SchedulerUnderTest>> forks() {
    return List.of(
        Scenario.check(
            SCH_15,
            "a child starts beside its parent when there is room",
            ResumeChecks::forkWithRoom,
            "fork submits the child like a new sequence"),
        Scenario.check(
            SCH_15,
            "a child is queued when as many run as may",
            ResumeChecks::forkWithoutRoom,
            "the limit on running sequences is not looked at in fork"),
        Scenario.check(
            SCH_15,
            "the child of a preempted parent is queued",
            ResumeChecks::forkOfPreempted,
            "the manager's fork is called for a parent without blocks"));
  }

  private static void outgrow(Scenario.Maker maker, int stepsInFlight) {
    for (int host : new int[] {0, 2, 12}) {
      for (PreemptionMode mode : PreemptionMode.values()) {
        for (int prompt = 3; prompt <= 6; prompt++) {
          Setting setting = Setting.tight(9, host, mode, stepsInFlight);
          try (Drive drive = maker.drive(setting)) {
            for (int i = 0; i < 3; i++) {
              drive.submit(prompt, 10);
            }
            drive.finish();
          }
        }
      }
    }
  }

  private static void endInFlight(Scenario.Maker maker, int stepsInFlight) {
    try (Drive drive = maker.drive(Setting.roomy(stepsInFlight))) {
      drive.stopEarly();
      for (int i = 0; i < 40; i++) {
        if (drive.hasRoom()) {
          drive.submit(2 + i % 5, 30);
        }
        drive.step(false);
      }
      drive.finish();
    }
  }

  private static void fails(Scenario.Maker maker, int stepsInFlight) {
    for (int failing = 0; failing < 12; failing++) {
      for (int times = 1; times <= 2; times++) {
        PreemptionMode mode = failing % 2 == 0 ? PreemptionMode.SWAP : PreemptionMode.RECOMPUTE;
        try (Drive drive =
            maker.drive(Setting.tight(10, 6, mode, stepsInFlight).withStepTokens(6))) {
          DrivenSequence parent = drive.submit(4, 8);
          drive.submit(5, 7);
          drive.submit(9, 4);
          for (int step = 0; step < 14; step++) {
            drive.step(step >= failing && step < failing + times);
            if (step == 4 && !parent.ended) {
              drive.fork(parent, 1, 3);
            }
          }
          drive.finish();
        }
      }
    }
  }

  private static void forkWithRoom(Scenario.Maker maker, int stepsInFlight) {
    for (int steps = 1; steps <= 6; steps++) {
      try (Drive drive = maker.drive(Setting.roomy(stepsInFlight))) {
        DrivenSequence parent = drive.submit(6, 12);
        drive.submit(3, 12);
        for (int step = 0; step < steps + stepsInFlight; step++) {
          drive.step(false);
        }
        int waiting = drive.scheduler().waiting();
        DrivenSequence child = drive.fork(parent, 1, steps % 2 == 0 ? -1 : 5);
        if (drive.scheduler().waiting() != waiting || !drive.blocks().inside.contains(child.id())) {
          drive
              .ruling()
              .complain(
                  SCH_15,
                  "two of four run, but "
                      + child
                      + " was not started by the manager's fork: waiting()"
                      + " was "
                      + waiting
                      + " and is "
                      + drive.scheduler().waiting());
        }
        StepPlan plan = drive.step(false);
        if (plan.rowOf(child.id()) < 0) {
          drive
              .ruling()
              .complain(SCH_15, child + " was forked with room, but has no row in the next plan");
        }
        drive.finish();
      }
    }
  }

  private static void forkWithoutRoom(Scenario.Maker maker, int stepsInFlight) {
    try (Drive drive = maker.drive(Setting.roomy(stepsInFlight).withRunning(2))) {
      DrivenSequence parent = drive.submit(6, 8);
      drive.submit(3, 8);
      for (int step = 0; step < 3; step++) {
        drive.step(false);
      }
      requireQueued(drive, parent, "two run, which is all that may");
      drive.finish();
    }
  }

  private static void forkOfPreempted(Scenario.Maker maker, int stepsInFlight) {
    for (PreemptionMode mode : PreemptionMode.values()) {
      Setting setting = Setting.tight(9, mode == PreemptionMode.SWAP ? 9 : 0, mode, stepsInFlight);
      try (Drive drive = maker.drive(setting)) {
        for (int i = 0; i < 3; i++) {
          drive.submit(4, 10);
        }
        int preempted = -1;
        for (int step = 0; step < 30 && preempted < 0; step++) {
          StepPlan plan = drive.step(false);
          preempted = plan.preemptions() > 0 ? plan.preempted(0) : -1;
        }
        if (preempted >= 0 && !drive.blocks().admitted.contains(preempted)) {
          requireQueued(drive, drive.known(preempted), "its parent was just preempted");
        }
        drive.finish();
      }
    }
  }

  private static void requireQueued(Drive drive, DrivenSequence parent, String why) {
    int waiting = drive.scheduler().waiting();
    DrivenSequence child = drive.fork(parent, 1, -1);
    if (drive.scheduler().waiting() != waiting + 1) {
      drive
          .ruling()
          .complain(
              SCH_15,
              child
                  + " must be queued, since "
                  + why
                  + "; waiting() was "
                  + waiting
                  + " and is "
                  + drive.scheduler().waiting());
    }
  }
}
