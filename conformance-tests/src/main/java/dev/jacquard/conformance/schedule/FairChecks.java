package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_4;

import dev.jacquard.conformance.Check;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.List;

/// Nobody waits for ever. An adversary sees to it that somebody better waits at every step: shorter,
/// of a higher priority, of a tenant that was served less, with more of its prefix cached.
///
/// The bound depends only on what was there at `submit`. It is wide, because rules of age may be
/// slow; the clock runs on by a second a step, so that ages of minutes are reached.
final class FairChecks {
  private static final long SECOND = 1_000_000_000L;
  private static final int PATIENCE = 1_500;
  private static final int CROWD = 3;

  private FairChecks() {}

  static List<Check<SchedulerUnderTest>> all() {
    return List.of(
        Scenario.check(
            SCH_4,
            "a long prompt is served although shorter ones keep arriving",
            (maker, inFlight) -> adversary(maker, inFlight, 40, 0, 0),
            "shortest first without age"),
        Scenario.check(
            SCH_4,
            "a low priority is served although higher ones keep arriving",
            (maker, inFlight) -> adversary(maker, inFlight, 4, 9, 0),
            "strict priority without age"),
        Scenario.check(
            SCH_4,
            "an unknown prompt is served although cached ones keep arriving",
            (maker, inFlight) -> adversary(maker, inFlight, 4, 0, 8),
            "longest prefix first without age",
            "the youngest are served first"),
        Scenario.check(
            SCH_4,
            "one that needs the whole pool is served although small ones keep arriving",
            (maker, inFlight) -> wholePool(maker, inFlight),
            "small ones overtake whoever was answered LATER, for ever",
            "skipped sequences are never asked again"),
        Scenario.check(
            SCH_4,
            "a preempted sequence goes on although later ones keep arriving",
            FairChecks::preempted,
            "a preempted sequence queues behind those who came after it"),
        Lives.check(
            SCH_4,
            "random lives end when nothing new arrives",
            "two sequences preempt each other in turns",
            "a sequence is lost on the way back from a preemption"));
  }

  private static void adversary(
      Scenario.Maker maker, int stepsInFlight, int prompt, int priority, int stem) {
    Setting setting =
        Setting.roomy(stepsInFlight).withRunning(2).withStepTokens(12).withSequences(24);
    try (Drive drive = maker.drive(setting)) {
      drive.pause = SECOND;
      for (int i = 0; i < CROWD; i++) {
        crowd(drive);
      }
      drive.step(false);
      DrivenSequence patient = drive.submit(prompt, 2, priority, "tenant", 700 + stem);
      for (int step = 0; patient.idleSteps <= PATIENCE && !patient.ended; step++) {
        if (step > PATIENCE) {
          return;
        }
        crowd(drive);
        StepPlan plan = drive.step(false);
        if (plan.rowOf(patient.id()) >= 0) {
          break;
        }
      }
      requireServed(drive, patient, "of the crowd that keeps arriving");
      drive.finish();
    }
  }

  /// Somebody better arrives, as long as few wait.
  private static void crowd(Drive drive) {
    while (drive.scheduler().waiting() < CROWD + 1 && drive.hasRoom()) {
      drive.submit(9, 1, 0, "tenant", 1);
    }
  }

  private static void requireServed(Drive drive, DrivenSequence patient, String others) {
    if (patient.idleSteps > PATIENCE) {
      drive
          .ruling()
          .complain(
              SCH_4,
              patient
                  + " waits for "
                  + patient.idleSteps
                  + " steps while others are served: "
                  + (drive.all().size() - 1)
                  + " "
                  + others
                  + " were submitted, "
                  + drive.endedAfter(patient)
                  + " of these after it have ended");
    }
  }

  private static void wholePool(Scenario.Maker maker, int stepsInFlight) {
    Setting setting =
        Setting.tight(16, 0, PreemptionMode.RECOMPUTE, stepsInFlight)
            .withStepTokens(32)
            .withSequences(24);
    try (Drive drive = maker.drive(setting)) {
      drive.pause = SECOND;
      small(drive);
      drive.step(false);
      DrivenSequence patient = drive.submit(30, 2);
      while (patient.idleSteps <= PATIENCE) {
        small(drive);
        if (drive.step(false).rowOf(patient.id()) >= 0) {
          break;
        }
      }
      requireServed(drive, patient, "small ones");
      drive.finish();
    }
  }

  private static void small(Drive drive) {
    while (drive.scheduler().waiting() < 2 && drive.hasRoom()) {
      drive.submit(3, 2 + drive.all().size() % 3);
    }
  }

  /// A sequence is preempted after a crowd arrived. How long it waits then must not depend on how
  /// many came after it.
  private static void preempted(Scenario.Maker maker, int stepsInFlight) {
    int few = waitAfterPreemption(maker, stepsInFlight, 1);
    int many = waitAfterPreemption(maker, stepsInFlight, 120);
    if (few < 0 || many < 0) {
      return; // it is never preempted
    }
    int bound = 4 * few + 60;
    if (many > bound) {
      try (Drive drive = maker.drive(Setting.roomy(stepsInFlight))) {
        drive
            .ruling()
            .complain(
                SCH_4,
                "two sequences outgrow a pool of 8 blocks and one is preempted; it goes on after "
                    + few
                    + " steps when one more sequence came after it, and after "
                    + many
                    + " steps (more than "
                    + bound
                    + ") when 120 came: it lost its place in the queue");
      }
    }
  }

  /// Steps until the first preempted sequence has a row again, or -1 if none is preempted.
  private static int waitAfterPreemption(Scenario.Maker maker, int stepsInFlight, int crowd) {
    Setting setting =
        Setting.tight(8, 0, PreemptionMode.RECOMPUTE, stepsInFlight)
            .withRunning(2)
            .withSequences(128);
    try (Drive drive = maker.drive(setting)) {
      drive.submit(4, 8);
      drive.submit(4, 8);
      drive.step(false);
      for (int i = 0; i < crowd; i++) {
        drive.submit(4, 6);
      }
      DrivenSequence victim = null;
      for (int step = 0; step < 20 && victim == null && drive.busy(); step++) {
        StepPlan plan = drive.step(false);
        victim = plan.preemptions() > 0 ? drive.known(plan.preempted(0)) : null;
      }
      if (victim == null || victim.number > 1) {
        return -1;
      }
      int waited = 0;
      while (drive.step(false).rowOf(victim.id()) < 0) {
        waited++;
        if (waited > PATIENCE) {
          break;
        }
      }
      return waited;
    }
  }
}
