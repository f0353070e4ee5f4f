package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_1;
import static dev.jacquard.conformance.Rule.SCH_13;
import static dev.jacquard.conformance.Rule.SCH_19;
import static dev.jacquard.conformance.Rule.SCH_2;
import static dev.jacquard.conformance.Rule.SCH_20;
import static dev.jacquard.conformance.Rule.SCH_3;
import static dev.jacquard.conformance.Rule.SCH_6;
import static dev.jacquard.conformance.Rule.SCH_9;
import static dev.jacquard.conformance.schedule.SchedulerMutants.mutant;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.List;

/// Wrong plans, and wrong preemptions in them.
final class PlanMutants {
  private PlanMutants() {}

  static List<Mutant<SchedulerUnderTest>> all() {
    return List.of(
        mutant(
            SCH_1,
            "spends the limits' budget, whatever the plan's is",
            "relied on an exception of StepPlan",
            SpendsTheLimit::new),
        mutant(
            SCH_2,
            "leaves reserve out when the table is long enough",
            "which another sequence's table holds as well",
            ReservesRarely::new),
        mutant(SCH_2, "reserves one position too few", "has no block for position", OneTooFew::new),
        mutant(
            SCH_2, "plans what was refused", "has no block for position", PlansWhatWasRefused::new),
        mutant(
            SCH_3,
            "takes a recomputed sequence's old work for cache hits",
            "positions are computed, as computedTokens() says",
            ResumesWhereItWas::new),
        mutant(SCH_3, "computes a matched prefix again", "must start at", IgnoresThePrefix::new),
        mutant(
            SCH_3, "keeps rejected drafts as planned", "must start at", KeepsRejectedDrafts::new),
        mutant(
            SCH_6,
            "resumes where it was, not where its KV ends",
            "it was preempted before",
            ResumesWhereItWas::new),
        mutant(SCH_6, "takes a refused swap for granted", "swapOut was refused", SwapsAnyway::new),
        mutant(SCH_6, "never swaps", "without trying swapOut", NeverSwaps::new),
        mutant(
            SCH_9,
            "plans nothing while a plan is out",
            "fits, and is not planned",
            OnePlanAtATime::new),
        mutant(
            SCH_9,
            "keeps a quarter of the pool free although nothing runs",
            "the plan is empty",
            KeepsAQuarter::new),
        mutant(SCH_13, "always asks for one output", "outputs instead of", AlwaysOne::new),
        mutant(SCH_13, "does not know drafts", "of these are drafted", NoDrafts::new),
        mutant(
            SCH_13,
            "does not know log-probabilities of the prompt",
            "log-probabilities of the prompt",
            NoPromptLogprobs::new),
        mutant(SCH_19, "preempts in silence", "was not called", Silent::new),
        mutant(
            SCH_19,
            "keeps the row of whoever it preempts after it was scheduled",
            "was preempted in this plan and has row",
            KeepsTheRow::new),
        mutant(SCH_19, "does not queue who was preempted", "not queued again", DoesNotQueue::new),
        mutant(SCH_20, "admits before it plans who runs", "has no row in a plan", AdmitsFirst::new),
        mutant(SCH_20, "plans prompts first", "is being answered", PromptsFirst::new));
  }

  private static final class SpendsTheLimit extends PlainBatching {
    SpendsTheLimit(SchedulerContext context) {
      super(context);
    }

    @Override
    int budget(StepPlan plan) {
      return limits.maxStepTokens() - plan.totalTokens();
    }
  }

  private static final class ReservesRarely extends PlainBatching {
    ReservesRarely(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean reserve(int id, int tokens) {
      return tokens <= blocks.tableLength(id) * blocks.blockSize() || super.reserve(id, tokens);
    }
  }

  private static final class OneTooFew extends PlainBatching {
    OneTooFew(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean reserve(int id, int tokens) {
      return super.reserve(id, tokens - 1);
    }
  }

  private static final class PlansWhatWasRefused extends PlainBatching {
    PlansWhatWasRefused(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean reserve(int id, int tokens) {
      super.reserve(id, tokens);
      return true;
    }
  }

  private static final class ResumesWhereItWas extends PlainBatching {
    private final int[] was;

    ResumesWhereItWas(SchedulerContext context) {
      super(context);
      was = new int[limits.maxSequences()];
    }

    @Override
    boolean giveUp(int id) {
      was[id] = blocks.computedTokens(id);
      return super.giveUp(id);
    }

    @Override
    int start(int id) {
      int start = Math.max(was[id], super.start(id));
      was[id] = 0;
      return Math.min(start, view(id).length() - 1);
    }
  }

  private static final class IgnoresThePrefix extends PlainBatching {
    IgnoresThePrefix(SchedulerContext context) {
      super(context);
    }

    @Override
    int start(int id) {
      return 0;
    }
  }

  private static final class KeepsRejectedDrafts extends PlainBatching {
    KeepsRejectedDrafts(SchedulerContext context) {
      super(context);
    }

    @Override
    void computed(StepPlan plan, int row, StepResults results) {
      int id = plan.sequence(row);
      int before = planned[id];
      super.computed(plan, row, results);
      planned[id] = Math.min(before, view(id).length() - (before > planned[id] ? 0 : 1));
    }
  }

  private static final class SwapsAnyway extends PlainBatching {
    SwapsAnyway(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean giveUp(int id) {
      if (context.preemption() == PreemptionMode.SWAP) {
        blocks.swapOut(id);
        return true;
      }
      return super.giveUp(id);
    }
  }

  private static final class NeverSwaps extends PlainBatching {
    NeverSwaps(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean giveUp(int id) {
      blocks.release(id, ReleaseReason.PREEMPTED);
      return false;
    }
  }

  private static final class OnePlanAtATime extends PlainBatching {
    OnePlanAtATime(SchedulerContext context) {
      super(context);
    }

    @Override
    public void plan(StepPlan plan) {
      if (plansOut > 0) {
        housekeeping();
      } else {
        super.plan(plan);
      }
    }
  }

  private static final class KeepsAQuarter extends PlainBatching {
    KeepsAQuarter(SchedulerContext context) {
      super(context);
    }

    @Override
    boolean admitted(StepPlan plan, int id) {
      int needed = view(id).length() / blocks.blockSize();
      int left = blocks.availableBlocks(Tier.DEVICE) - needed;
      return left >= blocks.totalBlocks(Tier.DEVICE) / 4 && super.admitted(plan, id);
    }
  }

  private static final class AlwaysOne extends PlainBatching {
    AlwaysOne(SchedulerContext context) {
      super(context);
    }

    @Override
    int outputs(SequenceView view, int from, int end) {
      return 1;
    }
  }

  private static final class NoDrafts extends PlainBatching {
    NoDrafts(SchedulerContext context) {
      super(context);
    }

    @Override
    int outputs(SequenceView view, int from, int end) {
      return Math.min(1, super.outputs(view, from, end));
    }
  }

  private static final class NoPromptLogprobs extends PlainBatching {
    NoPromptLogprobs(SchedulerContext context) {
      super(context);
    }

    @Override
    int outputs(SequenceView view, int from, int end) {
      return Math.max(0, end - Math.max(from, view.length() - 1));
    }
  }

  private static final class Silent extends PlainBatching {
    Silent(SchedulerContext context) {
      super(context);
    }

    @Override
    void report(StepPlan plan, int id) {}
  }

  private static final class KeepsTheRow extends PlainBatching {
    KeepsTheRow(SchedulerContext context) {
      super(context);
    }

    @Override
    void preempt(StepPlan plan, int id) {
      int from = planned[id];
      super.preempt(plan, id);
      if (plan.remainingTokens() > 0 && plan.remainingRows() > 0) {
        plan.add(id, from, 1, 0);
      }
    }
  }

  private static final class DoesNotQueue extends PlainBatching {
    DoesNotQueue(SchedulerContext context) {
      super(context);
    }

    @Override
    void queueAgain(int id) {}
  }

  private static final class AdmitsFirst extends PlainBatching {
    AdmitsFirst(SchedulerContext context) {
      super(context);
    }

    @Override
    public void plan(StepPlan plan) {
      housekeeping();
      admit(plan);
      planRunning(plan, true);
      planRunning(plan, false);
      launched(plan);
    }
  }

  private static final class PromptsFirst extends PlainBatching {
    PromptsFirst(SchedulerContext context) {
      super(context);
    }

    @Override
    void planRunning(StepPlan plan, boolean decoding) {
      super.planRunning(plan, !decoding);
    }
  }
}
