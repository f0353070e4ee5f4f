package dev.jacquard.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveRun;
import dev.jacquard.engine.block.PagedBlockSpaceManager;
import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.engine.policy.PriorityScheduling;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Random lives from the conformance kit: arrivals, forks, cancels, failed steps, pools that are
/// too small. Every sequence is compared with its direct computation, nothing may be left over.
class RandomLivesTest {
  private static final int SEEDS = 300;

  @ParameterizedTest
  @CsvSource({"naive,fcfs,1", "naive,priority,2", "paged,fcfs,2", "paged,priority,1"})
  void everySequenceIsComputedRightAndNothingIsLeftBehind(
      String manager, String policy, int stepsInFlight) {
    int preemptions = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        preemptions +=
            NaiveRun.run(
                    NaiveRun.Shape.random(seed, stepsInFlight),
                    seed,
                    List.of(),
                    List.of(),
                    context -> blocks(manager, context),
                    context -> scheduler(policy, context))
                .preemptions();
      } catch (AssertionError | RuntimeException e) {
        fail(
            "seed %d; again: NaiveRun.run(NaiveRun.Shape.random(%dL, %d), %dL, ...) with %s blocks and %s"
                .formatted(seed, seed, stepsInFlight, seed, manager, policy),
            e);
      }
    }
    assertTrue(preemptions > 100, preemptions + " preemptions in all");
  }

  private static BlockSpaceManager blocks(String manager, BlockSpaceContext context) {
    LruEviction eviction = new LruEviction(context.deviceBlocks(), context.hostBlocks());
    return manager.equals("naive")
        ? new NaiveBlockSpaceManager((NaiveBlockSpaceContext) context, eviction)
        : new PagedBlockSpaceManager(context, eviction);
  }

  private static ContinuousBatchingScheduler scheduler(String policy, SchedulerContext context) {
    SchedulingPolicy chosen =
        policy.equals("fcfs") ? new FcfsScheduling() : new PriorityScheduling();
    return new ContinuousBatchingScheduler(context, chosen);
  }
}
