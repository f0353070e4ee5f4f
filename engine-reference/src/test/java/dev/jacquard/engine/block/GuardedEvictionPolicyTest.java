package dev.jacquard.engine.block;

import static dev.jacquard.engine.block.Bench.tokens;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GuardedEvictionPolicyTest {
  /// Answers `answer` to everything.
  private static class Fixed implements EvictionPolicy {
    final int answer;

    Fixed(int answer) {
      this.answer = answer;
    }

    @Override
    public void evictable(int block, long lastUse) {}

    @Override
    public void unevictable(int block) {}

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return answer;
    }

    @Override
    public int prefetch(long now) {
      return answer;
    }
  }

  @Test
  void aPolicyThatNamesABlockInUseIsReplacedByLru() {
    for (int nonsense : new int[] {-1, 0, 5, 99, Integer.MIN_VALUE}) {
      Bench bench = new Bench(TestContext.sized(1, 5, 3), new Fixed(nonsense));
      bench.compute(bench.sequence(0, 1));
      bench.pass(bench.sequence(1, 2, 3));
      bench.pass(bench.sequence(1, 4, 5));
      bench.mirror.log.clear();
      bench.compute(bench.sequence(2, 6, 7));
      assertEquals(1, bench.context.counted, "answer " + nonsense);
      assertEquals(
          "jacquard_policy_replaced_total[component][eviction]", bench.context.countedLabels);
      assertEquals(List.of("moved 2 5", "moved 1 6"), bench.mirror.log.subList(0, 2));
      bench.compute(bench.sequence(3, 8, 9));
      assertEquals(1, bench.context.counted, "it is replaced once");
    }
  }

  @Test
  void aPolicyThatThrowsAnywhereIsReplacedAndNothingElseHappens() {
    for (int kind = 0; kind < 6; kind++) {
      int where = kind;
      EvictionPolicy policy =
          new Fixed(-1) {
            private void fail(int here) {
              if (here == where) {
                throw new IllegalArgumentException("on purpose");
              }
            }

            @Override
            public void evictable(int block, long lastUse) {
              fail(0);
            }

            @Override
            public void unevictable(int block) {
              fail(1);
            }

            @Override
            public int victim(Tier tier, int stillNeeded, long now) {
              fail(2);
              return -1;
            }

            @Override
            public void stored(SequenceView sequence, int block, int parent, long h, int depth) {
              fail(3);
            }

            @Override
            public void hit(SequenceView sequence, int block) {
              fail(4);
            }

            @Override
            public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
              fail(5);
            }
          };
      Bench bench = new Bench(TestContext.sized(1, 3, 0), policy);
      bench.pass(bench.sequence(0, 1, 2));
      bench.pass(bench.sequence(1, 1, 3));
      bench.pass(bench.sequence(2, 7, 8, 9));
      assertEquals(1, bench.context.counted, "throws at " + kind);
      assertEquals(3, bench.manager.availableBlocks(Tier.DEVICE));
      assertEquals(2, bench.manager.peek(bench.sequence(0, 7, 8, 9)));
    }
  }

  @Test
  void aPrefetchOfSomethingElseThanACachedHostBlockReplacesThePolicy() {
    Bench bench = new Bench(TestContext.sized(1, 2, 2), new Fixed(3));
    bench.manager.planning();
    assertEquals(1, bench.context.counted);
    assertEquals(List.of(), bench.copies());
    assertEquals(
        Reservation.GRANTED, bench.manager.admit(bench.sequence(0, tokens(0, 2)), 2, false));
  }
}
