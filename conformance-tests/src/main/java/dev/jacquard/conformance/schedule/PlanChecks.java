package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_1;
import static dev.jacquard.conformance.Rule.SCH_13;
import static dev.jacquard.conformance.Rule.SCH_2;
import static dev.jacquard.conformance.Rule.SCH_20;
import static dev.jacquard.conformance.Rule.SCH_3;
import static dev.jacquard.conformance.Rule.SCH_9;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.StepPlan;
import java.util.List;

/// What stands in a plan: bounds, blocks, positions, outputs, and that it is not empty.
final class PlanChecks {
  private PlanChecks() {}

  static List<Check<SchedulerUnderTest>> all() {
    return List.of(
        Scenario.check(
            SCH_1,
            "every budget from 1 token to the whole step is kept, with more sequences than may run",
            PlanChecks::budgets,
            "the limits' maxStepTokens was used where the plan's remainingTokens() counts",
            "rows were added until StepPlan.add refused"),
        Lives.check(
            SCH_1,
            "random lives keep within the limits",
            "the budget is counted before a preemption gave tokens back"),
        Scenario.check(
            SCH_2,
            "both sides of a fork have a last block of their own before they write",
            PlanChecks::forkedTail,
            "reserve was left out because the table is long enough already"),
        Lives.check(
            SCH_2,
            "random lives have blocks for every planned position",
            "a row was planned although reserve answered LATER",
            "blocks were given up after the row was planned"),
        Lives.check(
            SCH_3,
            "random lives plan each position once and in order",
            "a resumed sequence starts where it was, not where computedTokens() says",
            "the matched prefix is planned again, or taken for longer than it is"),
        Scenario.check(
            SCH_3,
            "rejected drafts are planned again from the first wrong one",
            PlanChecks::drafts,
            "complete advanced by the row's tokens, not by what was accepted"),
        Scenario.check(
            SCH_9,
            "a sequence that fits is planned while another waits for its last step",
            PlanChecks::beside,
            "nothing is planned while a plan is out"),
        Scenario.check(
            SCH_9,
            "one that needs the whole pool runs when the others have ended",
            PlanChecks::wholePool,
            "a share of the pool is kept free although nothing runs"),
        Lives.check(
            SCH_9,
            "random lives leave no plan empty while somebody could run",
            "after a refused admission nobody else is asked",
            "a preempted sequence waits for blocks that only it gave up"),
        Scenario.check(
            SCH_13,
            "a prompt in pieces asks for one output, at its end",
            PlanChecks::pieces,
            "outputs are asked for by phase, not by where the row ends"),
        Scenario.check(
            SCH_13,
            "drafted tokens are asked for, and one more",
            PlanChecks::drafts,
            "always one output a row"),
        Scenario.check(
            SCH_13,
            "log-probabilities of the prompt ask for all its outputs",
            PlanChecks::promptLogprobs,
            "sampling().promptLogprobs() is not looked at"),
        Lives.check(SCH_13, "random lives ask for the outputs they need"),
        Scenario.check(
            SCH_20,
            "a long prompt is computed beside those who are being answered",
            PlanChecks::longPrompt,
            "prompts go before decoding sequences",
            "a prompt is planned whole or not at all"),
        Lives.check(
            SCH_20,
            "random lives admit nobody while a running sequence has no row",
            "admission comes first in a plan"));
  }

  private static void budgets(Scenario.Maker maker, int stepsInFlight) {
    Setting setting = Setting.roomy(stepsInFlight).withRunning(3);
    try (Drive drive = maker.drive(setting)) {
      for (int i = 0; i < 6; i++) {
        drive.submit(3 + 5 * i, 6);
      }
      for (int budget = 1; drive.busy() && budget < 400; budget++) {
        drive.advance(drive.plan(1 + budget % setting.maxStepTokens(), false));
      }
      drive.finish();
    }
  }

  private static void forkedTail(Scenario.Maker maker, int stepsInFlight) {
    for (int prompt = 4; prompt <= 9; prompt++) {
      try (Drive drive = maker.drive(Setting.roomy(stepsInFlight))) {
        DrivenSequence parent = drive.submit(prompt, 12);
        drive.step(false);
        drive.step(false);
        drive.fork(parent, 1, 7);
        drive.step(false);
        drive.fork(parent, 2, -1);
        drive.finish();
      }
    }
  }

  private static void drafts(Scenario.Maker maker, int stepsInFlight) {
    if (stepsInFlight > 1) {
      return; // what is guessed after a token in flight is not known when the next plan is made
    }
    for (int drafted = 1; drafted <= 3; drafted++) {
      try (Drive drive = maker.drive(Setting.roomy(1))) {
        DrivenSequence sequence = drive.submit(6, 16);
        drive.submit(3, 9);
        drive.step(false);
        for (int round = 0; !sequence.ended && round < 40; round++) {
          if (sequence.length() + drafted < sequence.maxLength()) {
            drive.draft(sequence, drafted, round % (drafted + 1));
          }
          drive.step(false);
        }
        drive.finish();
      }
    }
  }

  private static void beside(Scenario.Maker maker, int stepsInFlight) {
    try (Drive drive = maker.drive(Setting.roomy(stepsInFlight))) {
      drive.submit(4, 1);
      drive.plan(16, false);
      if (stepsInFlight == 1) {
        drive.complete();
      }
      DrivenSequence late = drive.submit(4, 3);
      StepPlan plan = drive.plan(16, false);
      if (plan.rowOf(late.id()) < 0) {
        drive
            .ruling()
            .complain(
                SCH_9,
                late
                    + " waits, fits, and is not planned, although the plan has room: the only other"
                    + " sequence waits for its last step");
      }
      drive.advance(plan);
      drive.finish();
    }
  }

  private static void wholePool(Scenario.Maker maker, int stepsInFlight) {
    Setting setting = Setting.tight(8, 0, PreemptionMode.RECOMPUTE, stepsInFlight);
    try (Drive drive = maker.drive(setting)) {
      drive.submit(4, 4);
      drive.submit(setting.capacity() - 1, 1);
      drive.submit(1, setting.capacity() - 1);
      drive.finish();
    }
  }

  private static void pieces(Scenario.Maker maker, int stepsInFlight) {
    for (int tokens = 1; tokens <= 8; tokens++) {
      try (Drive drive = maker.drive(Setting.roomy(stepsInFlight).withStepTokens(tokens))) {
        for (int prompt = 1; prompt <= 16; prompt += 5) {
          drive.submit(prompt, 3);
        }
        drive.finish();
      }
    }
  }

  private static void promptLogprobs(Scenario.Maker maker, int stepsInFlight) {
    try (Drive drive = maker.drive(Setting.roomy(stepsInFlight).withoutSharing())) {
      RequestInfo plain = NaiveRequests.of(1, 0, 0, "tenant");
      RequestInfo request =
          new RequestInfo(
              plain.id(),
              plain.serial(),
              0,
              Long.MAX_VALUE,
              0,
              plain.tenant(),
              plain.cacheScope(),
              "",
              SamplingParams.builder().promptLogprobs(1).build(),
              plain.hints(),
              plain.attachments());
      drive.submit(request, new int[21], 4);
      drive.submit(9, 4);
      drive.finish();
    }
  }

  private static void longPrompt(Scenario.Maker maker, int stepsInFlight) {
    Setting setting = Setting.roomy(stepsInFlight);
    try (Drive drive = maker.drive(setting)) {
      DrivenSequence first = drive.submit(4, 30);
      DrivenSequence second = drive.submit(4, 30);
      drive.step(false);
      drive.step(false);
      DrivenSequence prompt = drive.submit(5 * setting.maxStepTokens(), 4);
      for (int step = 0; step < 8; step++) {
        StepPlan plan = drive.step(false);
        for (DrivenSequence decoding : List.of(first, second)) {
          if (plan.rowOf(decoding.id()) < 0) {
            drive
                .ruling()
                .complain(
                    SCH_20,
                    decoding
                        + " is being answered, but has no row in a plan beside "
                        + prompt
                        + ", a long prompt");
          }
        }
        if (step == 0 && plan.rowOf(prompt.id()) < 0) {
          drive
              .ruling()
              .complain(
                  SCH_20,
                  prompt
                      + " fits the pool and "
                      + plan.remainingTokens()
                      + " tokens are left, but"
                      + " no piece of it is planned");
        }
      }
      drive.finish();
    }
  }
}
