package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_10;
import static dev.jacquard.conformance.Rule.SCH_5;
import static dev.jacquard.conformance.Rule.SCH_7;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.util.List;
import java.util.Locale;

/// How sequences end: cancelled, finished, or refused at once; and that nothing of them stays.
final class EndChecks {
  private static final int BOUNDARIES = 14;

  private EndChecks() {}

  static List<Check<SchedulerUnderTest>> all() {
    return List.of(
        Scenario.check(
            SCH_5,
            "each sequence is cancelled at each boundary of a run",
            EndChecks::cancelEverywhere,
            "a cancelled sequence stays in the queue or in the running set",
            "cancel is heeded at complete, not at the next plan"),
        Scenario.check(
            SCH_5,
            "cancelling who is unknown, finished or cancelled has no effect",
            EndChecks::cancelNobody,
            "cancel looks up an entry that is not there",
            "an ended sequence ends again"),
        Lives.check(SCH_5, "random lives plan nobody after a cancel"),
        Scenario.check(
            SCH_7,
            "each sequence is cancelled at each boundary, and its id is used again at once",
            EndChecks::cancelEverywhere,
            "blocks of a cancelled sequence return when a plan that names it is still out",
            "a cancelled sequence is released at the next complete, which never comes"),
        Scenario.check(
            SCH_7,
            "a preempted sequence is cancelled while its old row is out",
            EndChecks::cancelPreempted,
            "a sequence without blocks is released again",
            "a swapped sequence's host blocks are forgotten"),
        Lives.check(
            SCH_7,
            "random lives give every block back, once, and never too early",
            "a leak on the path of a failed or preempted sequence",
            "waiting() or running() leaves out those who ended and are still named by a plan"),
        Check.of(
            SCH_10,
            "what can never run is rejected with parameter, value and remedy; what just fits is not",
            (subject, trial) -> {
              tooLong(subject, trial.seed(), 64);
              tooLong(subject, trial.seed(), 40);
            },
            "maxLength() is not looked at in submit",
            "only the prompt is compared with the capacity",
            "the sequence was queued before it was rejected"));
  }

  /// Two decode and one prefills in a pool that all three outgrow; `victim` leaves at `boundary`.
  private static void cancelEverywhere(Scenario.Maker maker, int stepsInFlight) {
    int count = 3;
    for (PreemptionMode mode : PreemptionMode.values()) {
      for (int boundary = 0; boundary < BOUNDARIES; boundary++) {
        for (int victim = 0; victim < count; victim++) {
          Setting setting =
              Setting.tight(14, mode == PreemptionMode.SWAP ? 8 : 0, mode, stepsInFlight);
          try (Drive drive = maker.drive(setting.withStepTokens(6).withSequences(4))) {
            cancelAt(drive, boundary, victim);
          }
        }
      }
    }
  }

  private static void cancelAt(Drive drive, int boundary, int victim) {
    drive.submit(4, 8);
    drive.submit(6, 6);
    drive.submit(9, 5);
    for (int half = 0; half < boundary; half++) {
      if (half % 2 == 0) {
        drive.plan(6, false);
      }
      if (half % 2 == 1 || drive.full()) {
        drive.completeIfOut();
      }
    }
    drive.cancel(drive.all().get(victim));
    if (drive.hasRoom()) {
      drive.submit(5, 4);
    }
    if (!drive.full()) {
      drive.plan(6, false);
    }
    drive.finish();
  }

  private static void cancelNobody(Scenario.Maker maker, int stepsInFlight) {
    try (Drive drive = maker.drive(Setting.roomy(stepsInFlight))) {
      drive.cancelUnknown(3);
      DrivenSequence first = drive.submit(3, 3);
      DrivenSequence second = drive.submit(3, 9);
      drive.cancelUnknown(9);
      while (!first.ended) {
        drive.step(false);
      }
      drive.cancel(first);
      drive.cancel(first);
      drive.step(false);
      drive.cancel(second);
      drive.cancel(second);
      drive.finish();
      drive.cancelUnknown(second.id());
      drive.submit(3, 3);
      drive.finish();
    }
  }

  private static void cancelPreempted(Scenario.Maker maker, int stepsInFlight) {
    for (PreemptionMode mode : PreemptionMode.values()) {
      Setting setting = Setting.tight(8, mode == PreemptionMode.SWAP ? 8 : 0, mode, stepsInFlight);
      try (Drive drive = maker.drive(setting)) {
        drive.submit(4, 10);
        drive.submit(4, 10);
        drive.submit(4, 10);
        for (int step = 0; step < 60 && drive.busy(); step++) {
          dev.jacquard.spi.schedule.StepPlan plan = drive.plan(16, false);
          if (plan.preemptions() > 0) {
            drive.cancel(drive.known(plan.preempted(0)));
          }
          drive.advance(plan);
        }
        drive.finish();
      }
    }
  }

  private static void tooLong(SchedulerUnderTest subject, long seed, int limit) {
    Setting setting = Setting.roomy(1);
    // the limit on a sequence's length is below what the blocks hold, or the other way round
    try (Drive drive = new Drive(subject, setting, new Ruling(SCH_10), seed, List.of(), limit)) {
      int most = Math.min(limit, setting.capacity());
      for (int[] shape : new int[][] {{most, 1}, {1, most}, {most + 1, 1}, {most * 3, 5}}) {
        rejected(drive, shape[0], shape[1], most);
      }
      drive.submit(most - 1, 1);
      drive.submit(1, most - 1);
      drive.finish();
    }
  }

  private static void rejected(Drive drive, int prompt, int answer, int most) {
    DrivenSequence sequence =
        new DrivenSequence(
            99, 0, 0, NaiveRequests.of(99, 0, 0, "tenant"), new int[prompt], prompt + answer, 4);
    String what =
        "submit of "
            + prompt
            + " prompt tokens and up to "
            + answer
            + " more, where a sequence can"
            + " have "
            + most;
    try {
      drive.scheduler().submit(sequence);
    } catch (RequestRejectedException e) {
      String message = String.valueOf(e.getMessage());
      boolean names =
          e.parameter() != null
              || message.toLowerCase(Locale.ROOT).matches("(?s).*(max_tokens|prompt).*");
      boolean value =
          message.matches(
              "(?s).*\\b(" + (prompt + answer) + "|" + prompt + "|" + answer + ")\\b.*");
      require(
          drive,
          names && value,
          what + " was rejected without naming parameter and value: " + message);
      require(
          drive,
          !drive.scheduler().holds(0) && drive.scheduler().waiting() == 0,
          what + " was rejected, but the scheduler holds it");
      require(drive, drive.unheard(), what + " was rejected, but listeners heard of it");
      return;
    } catch (RuntimeException e) {
      require(drive, false, what + " threw " + e + " instead of a RequestRejectedException");
    }
    require(drive, false, what + " was not rejected: it waits for ever");
  }

  private static void require(Drive drive, boolean holds, String complaint) {
    if (!holds) {
      drive.ruling().complain(SCH_10, complaint);
    }
  }
}
