package dev.jacquard.conformance.asserting;

import static dev.jacquard.conformance.asserting.Misuse.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingEvictionPolicy;
import dev.jacquard.conformance.forwarding.ForwardingSchedulingPolicy;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AssertingPolicyTest {
  private static final PlanView VIEW =
      new PlanView() {
        @Override
        public long now() {
          return 0;
        }

        @Override
        public int remainingTokens() {
          return 8;
        }

        @Override
        public int running() {
          return 0;
        }

        @Override
        public int availableBlocks() {
          return 8;
        }

        @Override
        public int cachedTokens(SequenceView sequence) {
          return 0;
        }
      };

  private final StepProtocol protocol = new StepProtocol();
  private final NaiveSequence sequence = sequence(0, 10);
  private final AssertingSchedulingPolicy scheduling =
      new AssertingSchedulingPolicy(new PlainScheduling(), protocol);

  private void breaks(Rule rule, String phrase, Executable misuse) {
    Misuse.breaks(protocol, rule, phrase, misuse);
  }

  /// Blocks 0 and 5 are cached, one in each tier; 0 is evictable.
  private AssertingEvictionPolicy eviction(int victim, int prefetched) {
    AssertingEvictionPolicy policy =
        new AssertingEvictionPolicy(
            new ForwardingEvictionPolicy(new PlainEviction(4)) {
              @Override
              public int victim(Tier tier, int stillNeeded, long now) {
                return victim;
              }

              @Override
              public int prefetch(long now) {
                return prefetched;
              }
            },
            4,
            4,
            protocol);
    policy.stored(sequence, 0, -1, 1, 0);
    policy.stored(sequence, 5, 0, 2, 1);
    policy.evictable(0, 1);
    return policy;
  }

  @Test
  void anOrderlyCacheIsLeftInPeace() {
    AssertingEvictionPolicy policy = eviction(0, 5);
    assertEquals(0, policy.victim(Tier.DEVICE, 1, 2));
    assertEquals(5, policy.prefetch(2));
    policy.demote(0);
    policy.unevictable(0);
    policy.moved(0, 6);
    policy.opened(sequence, 6, 1);
    policy.hit(sequence, 6);
    policy.released(sequence, ReleaseReason.FINISHED, 6);
    policy.removed(6, 1);
    policy.cleared();
    protocol.verify();
  }

  @Test
  void aVictimThatIsHeldIsTold() {
    breaks(Rule.EVP_1, "block 5", () -> eviction(5, -1).victim(Tier.HOST, 1, 2));
  }

  @Test
  void aVictimOfTheOtherTierIsTold() {
    breaks(Rule.EVP_1, "tier HOST", () -> eviction(0, -1).victim(Tier.HOST, 1, 2));
  }

  @Test
  void aRefusalToNameAVictimIsTold() {
    breaks(Rule.EVP_2, "-1", () -> eviction(-1, -1).victim(Tier.DEVICE, 1, 2));
  }

  @Test
  void aPrefetchOfADeviceBlockIsTold() {
    breaks(Rule.EVP_7, "block 0", () -> eviction(0, 0).prefetch(2));
  }

  @Test
  void aBlockThatGoesWithoutBeingTakenBackIsTold() {
    breaks(Rule.EVP_10, "before unevictable", () -> eviction(0, -1).removed(0, 1));
  }

  @Test
  void anEvictableBlockIsCached() {
    breaks(Rule.EVP_10, "not cached", () -> eviction(0, -1).evictable(3, 1));
  }

  @Test
  void aBlockThatIsStoredTwiceIsTold() {
    breaks(Rule.BSM_18, "which was cached", () -> eviction(0, -1).stored(sequence, 0, -1, 1, 0));
  }

  @Test
  void aListenerHearsOneStory() {
    AssertingCacheListener listener = new AssertingCacheListener(new CacheListener() {}, protocol);
    breaks(Rule.BSM_18, "hit told of block 3", () -> listener.hit(sequence, 3));
  }

  @Test
  void aListenerThatThrowsIsTold() {
    AssertingCacheListener listener =
        new AssertingCacheListener(
            new CacheListener() {
              @Override
              public void cleared() {
                throw new IllegalStateException("no");
              }
            },
            protocol);
    breaks(Rule.BSM_28, "cleared threw", listener::cleared);
  }

  @Test
  void anOrderlyQueueIsLeftInPeace() {
    scheduling.waiting(sequence, WaitReason.NEW);
    scheduling.planning(VIEW);
    assertEquals(0, scheduling.nextWaiting(VIEW));
    scheduling.answered(0, Reservation.GRANTED);
    scheduling.nextPrefill(VIEW);
    scheduling.computed(sequence, 0, 10);
    scheduling.stepped(10, 1);
    NaiveSequence child = sequence.fork(1, 1);
    scheduling.forked(sequence, child);
    scheduling.victim(VIEW, 1);
    scheduling.waiting(child, WaitReason.RECOMPUTE);
    scheduling.gone(1);
    scheduling.finished(sequence, FinishReason.STOP);
    scheduling.cleared();
    protocol.verify();
  }

  /// Names sequence `answer` whatever it is asked.
  private AssertingSchedulingPolicy naming(int answer) {
    AssertingSchedulingPolicy policy =
        new AssertingSchedulingPolicy(
            new ForwardingSchedulingPolicy(new PlainScheduling()) {
              @Override
              public int nextWaiting(PlanView view) {
                return answer;
              }

              @Override
              public int nextPrefill(PlanView view) {
                return answer;
              }

              @Override
              public int victim(PlanView view, int needy) {
                return answer;
              }
            },
            protocol);
    policy.waiting(sequence, WaitReason.NEW);
    policy.planning(VIEW);
    return policy;
  }

  @Test
  void somebodyWhoDoesNotWaitIsNotAdmitted() {
    breaks(Rule.SCP_1, "sequence 4", () -> naming(4).nextWaiting(VIEW));
  }

  @Test
  void somebodyWhoMustWaitIsNotNamedAgain() {
    AssertingSchedulingPolicy policy = naming(0);
    policy.answered(0, Reservation.LATER);
    breaks(Rule.SCP_2, "LATER in this plan: [0]", () -> policy.nextWaiting(VIEW));
  }

  @Test
  void somebodyIsNamedWhenNothingRuns() {
    breaks(Rule.SCP_9, "waiting are [0]", () -> naming(-1).nextWaiting(VIEW));
  }

  @Test
  void aVictimRuns() {
    AssertingSchedulingPolicy policy = naming(3);
    policy.answered(0, Reservation.GRANTED);
    breaks(Rule.SCP_4, "sequence 3", () -> policy.victim(VIEW, 0));
  }

  @Test
  void aPrefillIsNamedOnceInAPlan() {
    AssertingSchedulingPolicy policy = naming(0);
    policy.answered(0, Reservation.GRANTED);
    assertEquals(0, policy.nextPrefill(VIEW));
    breaks(Rule.SCP_5, "sequence 0", () -> policy.nextPrefill(VIEW));
  }

  @Test
  void theHostPlansBeforeItAsks() {
    breaks(Rule.SCP_12, "before planning", () -> scheduling.nextWaiting(VIEW));
  }

  @Test
  void whoDoesNotRunDoesNotFinish() {
    scheduling.waiting(sequence, WaitReason.NEW);
    breaks(Rule.SCP_12, "does not run", () -> scheduling.finished(sequence, FinishReason.STOP));
  }

  @Test
  void whoWaitsDoesNotBeginToWait() {
    scheduling.waiting(sequence, WaitReason.NEW);
    breaks(Rule.SCP_12, "waits already", () -> scheduling.waiting(sequence, WaitReason.NEW));
  }

  @Test
  void theHostAsksAboutBlocksThatExist() {
    breaks(Rule.EVP_10, "block 8", () -> eviction(0, -1).unevictable(8));
  }

  @Test
  void onlyDeviceBlocksAreDemoted() {
    breaks(Rule.EVP_10, "none of the device", () -> eviction(0, -1).demote(5));
  }

  @Test
  void aVictimIsAskedForWhenOneIsNeeded() {
    breaks(Rule.EVP_10, "for 0 blocks", () -> eviction(0, -1).victim(Tier.DEVICE, 0, 2));
  }

  @Test
  void aPolicyThatCallsBackIsTold() {
    AtomicReference<Runnable> back = new AtomicReference<>(() -> {});
    AssertingSchedulingPolicy policy =
        new AssertingSchedulingPolicy(
            new ForwardingSchedulingPolicy(new PlainScheduling()) {
              @Override
              public void stepped(int tokens, long nanos) {
                back.get().run();
              }
            },
            protocol);
    back.set(() -> policy.waiting(sequence, WaitReason.NEW));
    breaks(Rule.SCP_11, "called back", () -> policy.stepped(1, 1));
  }
}
