package dev.jacquard.conformance.asserting;

import static dev.jacquard.conformance.asserting.Misuse.BLOCK;
import static dev.jacquard.conformance.asserting.Misuse.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingScheduler;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.conformance.naive.NaiveScheduler;
import dev.jacquard.conformance.naive.NaiveSchedulerContext;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PreemptionMode;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AssertingSchedulerTest {
  private static final SchedulerLimits LIMITS = new SchedulerLimits(8, 4, 16, 1, 48);

  private final StepProtocol protocol = new StepProtocol();
  private final StepPlan plan = new StepPlan(LIMITS);
  private final StepResults results = new StepResults(LIMITS);
  private final AssertingBlockSpaceManager blocks =
      new AssertingBlockSpaceManager(
          new NaiveBlockSpaceManager(
              NaiveBlockSpaceContext.of(BLOCK, 12, new ManualClock()), new PlainEviction(12)),
          protocol);
  private final NaiveSequence first = sequence(0, 10);

  private AssertingScheduler scheduler(UnaryOperator<Scheduler> bug) {
    NaiveSchedulerContext context =
        NaiveSchedulerContext.of(
            blocks, LIMITS, PreemptionMode.RECOMPUTE, new ManualClock(), 1, List.of());
    return new AssertingScheduler(
        bug.apply(new NaiveScheduler(context, new PlainScheduling())), LIMITS, protocol);
  }

  private AssertingScheduler scheduler() {
    return scheduler(real -> real);
  }

  private void breaks(Rule rule, String phrase, Executable misuse) {
    Misuse.breaks(protocol, rule, phrase, misuse);
  }

  private AssertingScheduler planned(AssertingScheduler scheduler) {
    scheduler.submit(first);
    plan(scheduler);
    return scheduler;
  }

  private void plan(AssertingScheduler scheduler) {
    plan.clear(16);
    scheduler.plan(plan);
    blocks.drainCopies(new BlockCopies());
  }

  private void completes(AssertingScheduler scheduler, FinishReason finish) {
    results.clear();
    first.append(7);
    results.set(0, 1, finish);
    scheduler.complete(plan, results);
  }

  /// A scheduler whose plan is changed by `bug`.
  private AssertingScheduler planning(java.util.function.Consumer<StepPlan> bug) {
    return scheduler(real ->
        new ForwardingScheduler(real) {
          @Override
          public void plan(StepPlan plan) {
            super.plan(plan);
            bug.accept(plan);
          }
        });
  }

  @Test
  void anOrderlyLifeIsLeftInPeace() {
    AssertingScheduler scheduler = planned(scheduler());
    completes(scheduler, FinishReason.NONE);
    NaiveSequence child = first.fork(1, 1);
    scheduler.fork(first, child);
    plan(scheduler);
    assertEquals(2, plan.rows());
    scheduler.cancel(1);
    scheduler.cancel(5);
    completes(scheduler, FinishReason.LENGTH);
    plan(scheduler);
    assertEquals(0, plan.rows());
    scheduler.close();
    scheduler.close();
    blocks.close();
    protocol.verify();
  }

  @Test
  void aPlanThatIsStillOutIsNotPlannedAgain() {
    AssertingScheduler scheduler = planned(scheduler());
    breaks(Rule.SCH_14, "not cleared", () -> scheduler.plan(plan));
  }

  @Test
  void moreStepsThanAllowedAreTold() {
    AssertingScheduler scheduler = planned(scheduler());
    StepPlan second = new StepPlan(LIMITS);
    breaks(Rule.SCH_14, "1 plans are out", () -> scheduler.plan(second));
  }

  @Test
  void anotherPlanThanTheOldestIsNotCompleted() {
    AssertingScheduler scheduler = planned(scheduler());
    breaks(Rule.SCH_14, "another plan", () -> scheduler.complete(new StepPlan(LIMITS), results));
  }

  @Test
  void aPlanIsCompletedOnce() {
    AssertingScheduler scheduler = planned(scheduler());
    completes(scheduler, FinishReason.NONE);
    breaks(Rule.SCH_14, "no plan is out", () -> scheduler.complete(plan, results));
  }

  @Test
  void aPlanThatWasChangedMeanwhileIsTold() {
    AssertingScheduler scheduler = planned(scheduler());
    plan.clear(16);
    plan.add(0, 0, 3, 0);
    breaks(Rule.SCH_14, "was changed", () -> scheduler.complete(plan, results));
  }

  @Test
  void acceptedTokensThatNobodyAppendedAreTold() {
    AssertingScheduler scheduler = planned(scheduler());
    results.clear();
    results.set(0, 1, FinishReason.NONE);
    breaks(Rule.SCH_21, "grew by 0", () -> scheduler.complete(plan, results));
  }

  @Test
  void anIdThatIsHeldIsNotUsedAgain() {
    AssertingScheduler scheduler = planned(scheduler());
    breaks(Rule.SCH_7, "still holds", () -> scheduler.submit(sequence(0, 5)));
  }

  @Test
  void anIdOutOfBoundsIsTold() {
    AssertingScheduler scheduler = scheduler();
    breaks(Rule.SCH_1, "id 8", () -> scheduler.submit(sequence(8, 5)));
  }

  @Test
  void aForkOfNobodyIsTold() {
    AssertingScheduler scheduler = scheduler();
    breaks(Rule.SCH_15, "does not run", () -> scheduler.fork(first, first.fork(1, 1)));
  }

  @Test
  void nobodyElseChangesTheBlocks() {
    AssertingScheduler scheduler = planned(scheduler());
    assertEquals(1, scheduler.running());
    breaks(Rule.SCH_18, "outside", () -> blocks.release(0, ReleaseReason.FINISHED));
  }

  @Test
  void copiesAreNotDrainedInsideThePlan() {
    AssertingScheduler scheduler = planning(plan -> blocks.drainCopies(new BlockCopies()));
    scheduler.submit(first);
    breaks(Rule.SCH_18, "the host's", () -> scheduler.plan(plan));
  }

  @Test
  void aCommitInAPlanIsTold() {
    AssertingScheduler scheduler = planning(plan -> blocks.commit(0, 4));
    scheduler.submit(first);
    breaks(Rule.SCH_18, "not complete", () -> scheduler.plan(plan));
  }

  @Test
  void aPlanWithoutHousekeepingIsTold() {
    AssertingScheduler scheduler =
        scheduler(real ->
            new ForwardingScheduler(real) {
              @Override
              public void plan(StepPlan plan) {}
            });
    breaks(Rule.SCH_18, "planning 0 times", () -> scheduler.plan(plan));
  }

  @Test
  void housekeepingTwiceIsTold() {
    AssertingScheduler scheduler = planning(plan -> blocks.planning());
    breaks(Rule.SCH_18, "2 times", () -> scheduler.plan(plan));
  }

  @Test
  void aRowWithoutBlocksIsTold() {
    AssertingScheduler scheduler =
        planning(plan -> {
          plan.clear(16);
          plan.add(2, 0, 4, 0);
        });
    scheduler.submit(first);
    scheduler.submit(sequence(1, 6));
    scheduler.submit(sequence(2, 20));
    breaks(Rule.SCH_2, "no block", () -> scheduler.plan(plan));
  }

  @Test
  void aRowThatSkipsAPositionIsTold() {
    AssertingScheduler scheduler =
        planning(plan -> {
          plan.clear(16);
          plan.add(0, 1, 4, 0);
        });
    scheduler.submit(first);
    breaks(Rule.SCH_3, "should begin at 0", () -> scheduler.plan(plan));
  }

  @Test
  void aRowBeyondWhatIsKnownIsTold() {
    AssertingScheduler scheduler =
        planning(plan -> {
          plan.clear(16);
          plan.add(0, 0, 11, 1);
        });
    scheduler.submit(first);
    breaks(Rule.SCH_3, "above computable()", () -> scheduler.plan(plan));
  }

  @Test
  void aMissingOutputIsTold() {
    AssertingScheduler scheduler =
        planning(plan -> {
          plan.clear(16);
          plan.add(0, 0, 10, 0);
        });
    scheduler.submit(first);
    breaks(Rule.SCH_13, "asks for 0 outputs", () -> scheduler.plan(plan));
  }

  @Test
  void aRowOfACancelledSequenceIsTold() {
    AssertingScheduler scheduler =
        scheduler(real ->
            new ForwardingScheduler(real) {
              @Override
              public void cancel(int sequence) {}
            });
    scheduler.submit(first);
    scheduler.cancel(0);
    breaks(Rule.SCH_5, "was cancelled", () -> scheduler.plan(plan));
  }

  @Test
  void aPreemptionThatKeepsItsBlocksIsTold() {
    AssertingScheduler scheduler = planning(plan -> plan.preempt(0));
    scheduler.submit(first);
    breaks(Rule.SCH_19, "kept its blocks", () -> scheduler.plan(plan));
  }

  @Test
  void aFailedStepThatIsCommittedIsTold() {
    AssertingScheduler scheduler =
        planned(
            scheduler(real ->
                new ForwardingScheduler(real) {
                  @Override
                  public void complete(StepPlan plan, StepResults results) {
                    blocks.commit(0, 8);
                    super.complete(plan, results);
                  }
                }));
    results.clear();
    results.fail();
    breaks(Rule.SCH_12, "from {0=0} to {0=8}", () -> scheduler.complete(plan, results));
  }

  @Test
  void aSequenceThatEndedAndIsHeldIsTold() {
    AssertingScheduler scheduler =
        planned(
            scheduler(real ->
                new ForwardingScheduler(real) {
                  @Override
                  public void complete(StepPlan plan, StepResults results) {
                    results.set(0, 1, FinishReason.NONE);
                    super.complete(plan, results);
                    results.set(0, 1, FinishReason.STOP);
                  }
                }));
    breaks(Rule.SCH_7, "still held", () -> completes(scheduler, FinishReason.STOP));
  }

  @Test
  void countsThatDoNotAddUpAreTold() {
    AssertingScheduler scheduler =
        scheduler(real ->
            new ForwardingScheduler(real) {
              @Override
              public int waiting() {
                return 0;
              }
            });
    breaks(Rule.SCH_7, "0 wait", () -> scheduler.submit(first));
  }

  @Test
  void aListenerThatCallsBackIsTold() {
    AtomicReference<Scheduler> self = new AtomicReference<>();
    AssertingScheduler scheduler = planning(plan -> self.get().cancel(0));
    self.set(scheduler);
    breaks(Rule.SCH_16, "from within plan", () -> scheduler.plan(plan));
  }

  @Test
  void aSchedulerThatThrewIsLeftAlone() {
    AssertingScheduler scheduler =
        planning(plan -> {
          throw new IllegalStateException("broken");
        });
    scheduler.submit(first);
    assertThrows(IllegalStateException.class, () -> scheduler.plan(plan));
    breaks(Rule.SCH_22, "broken", () -> scheduler.submit(sequence(1, 4)));
  }

  @Test
  void aSchedulerWhoseManagerThrewIsLeftAlone() {
    AssertingScheduler scheduler = planned(scheduler());
    assertThrows(NullPointerException.class, () -> blocks.copyTable(0, 0, 1, nothing(), 0));
    plan.clear(16);
    breaks(Rule.SCH_22, "plan was called", () -> scheduler.plan(plan));
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // what a careless caller does
  private static <T> T nothing() {
    return null;
  }

  @Test
  void nothingIsAskedAfterCloseAndCloseIsCalledTwice() {
    AtomicInteger closed = new AtomicInteger();
    AssertingScheduler scheduler =
        scheduler(real ->
            new ForwardingScheduler(real) {
              @Override
              public void close() {
                closed.incrementAndGet();
                super.close();
              }
            });
    scheduler.close();
    assertEquals(2, closed.get());
    breaks(Rule.PLG_7, "after close", () -> scheduler.submit(first));
  }

  @Test
  void aCloseThatKeepsBlocksIsTold() {
    AssertingScheduler scheduler =
        planned(
            scheduler(real ->
                new ForwardingScheduler(real) {
                  @Override
                  public void close() {}
                }));
    breaks(Rule.SCH_7, "not given all blocks back", scheduler::close);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theNaiveMechanismsLiveAllKindsOfLivesWithoutAComplaint(int stepsInFlight) {
    int finished = 0;
    for (long seed = 1; seed <= 24; seed++) {
      StepProtocol watched = new StepProtocol();
      try {
        finished +=
            NaiveRun.run(
                    NaiveRun.Shape.random(seed, stepsInFlight),
                    seed,
                    List.of(),
                    List.of(),
                    context -> watchedManager(context, watched),
                    context -> watchedScheduler(context, watched))
                .finished();
        watched.verify();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", " + stepsInFlight + " steps in flight", e);
      }
    }
    assertTrue(finished > 200, finished + " sequences ended");
  }

  private static BlockSpaceManager watchedManager(
      BlockSpaceContext context, StepProtocol protocol) {
    return new AssertingBlockSpaceManager(
        context.paged(
            new AssertingEvictionPolicy(
                new PlainEviction(context.deviceBlocks()),
                context.deviceBlocks(),
                context.hostBlocks(),
                protocol)),
        protocol);
  }

  private static Scheduler watchedScheduler(SchedulerContext context, StepProtocol protocol) {
    return new AssertingScheduler(
        context.continuousBatching(new AssertingSchedulingPolicy(new PlainScheduling(), protocol)),
        context.limits(),
        protocol);
  }

  @Test
  void aRefusalThatHoldsIsTold() {
    AssertingScheduler scheduler =
        scheduler(real ->
            new ForwardingScheduler(real) {
              @Override
              public void submit(SequenceView sequence) {
                super.submit(sequence);
                throw new RequestRejectedException(
                    StandardErrorCode.PROMPT_TOO_LONG, "max_tokens", "too long");
              }
            });
    breaks(Rule.SCH_10, "and holds it", () -> scheduler.submit(first));
  }

  @Test
  void aRowOfNobodyIsTold() {
    AssertingScheduler scheduler = planning(plan -> plan.add(5, 0, 1, 0));
    breaks(Rule.SCH_14, "of nobody", () -> scheduler.plan(plan));
  }

  @Test
  void aChangeBeforeHousekeepingIsTold() {
    AssertingScheduler scheduler =
        scheduler(real ->
            new ForwardingScheduler(real) {
              @Override
              public void plan(StepPlan plan) {
                blocks.admit(first, 10, false);
              }
            });
    breaks(Rule.SCH_18, "before planning", () -> scheduler.plan(plan));
  }

  @Test
  void aPreemptionOfNobodyIsTold() {
    AssertingScheduler scheduler = planning(plan -> plan.preempt(3));
    breaks(Rule.SCH_19, "does not run", () -> scheduler.plan(plan));
  }

  @Test
  void anotherThreadIsTold() throws InterruptedException {
    AssertingScheduler scheduler = planned(scheduler());
    AtomicReference<Throwable> seen = new AtomicReference<>(new IllegalStateException());
    Thread other =
        new Thread(
            () -> {
              try {
                scheduler.waiting();
              } catch (AssertionError e) {
                seen.set(e);
              }
            },
            "other");
    other.start();
    other.join();
    breaks(
        Rule.SCH_21,
        "waiting was called by thread other",
        () -> {
          throw seen.get();
        });
  }
}
