package dev.jacquard.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What each order promises.
class SchedulingOrderTest {
  private static final long SECOND = 1_000_000_000L;
  private final StubView view = new StubView();

  private static void wait(SchedulingPolicy policy, NaiveSequence... sequences) {
    for (NaiveSequence sequence : sequences) {
      policy.waiting(sequence, WaitReason.NEW);
    }
  }

  @Test
  void fcfsServesByArrivalAndAPreemptedOneKeepsItsPlace() {
    FcfsScheduling policy = new FcfsScheduling();
    NaiveSequence first = Sequences.at(2, 10);
    wait(policy, Sequences.at(0, 30), Sequences.at(1, 20), first);
    assertEquals(List.of(2), view.admit(policy, 1));
    policy.waiting(first, WaitReason.RECOMPUTE);
    assertEquals(List.of(2, 1, 0), view.admitAll(policy));
  }

  @Test
  void nobodyOvertakesTheFirstThatDoesNotFitUnderFcfs() {
    FcfsScheduling policy = new FcfsScheduling();
    wait(policy, Sequences.at(0, 1), Sequences.at(1, 2));
    policy.planning(view);
    assertEquals(0, policy.nextWaiting(view));
    policy.answered(0, Reservation.LATER);
    assertEquals(-1, policy.nextWaiting(view));
    assertEquals(List.of(0, 1), view.admitAll(policy));
  }

  @Test
  void aCancelledOneIsNeverNamedWhetherItWaitsOrWasRefused() {
    for (SchedulingPolicy policy : all()) {
      wait(policy, Sequences.at(0, 1), Sequences.at(1, 2), Sequences.at(2, 3));
      policy.planning(view);
      int refused = policy.nextWaiting(view);
      policy.answered(refused, Reservation.LATER);
      policy.gone(refused);
      int gone = refused == 1 ? 2 : 1;
      policy.gone(gone);
      assertEquals(List.of(3 - refused - gone), view.admitAll(policy), policy.toString());
      assertEquals(List.of(), view.admitAll(policy));
    }
  }

  @Test
  void aRefusedOneIsNotNamedAgainInTheSamePlanAndIsInTheNext() {
    for (SchedulingPolicy policy : all()) {
      for (int id = 0; id < 6; id++) {
        policy.waiting(Sequences.at(id, id), WaitReason.NEW);
      }
      List<Integer> named = new ArrayList<>();
      policy.planning(view);
      for (int next = policy.nextWaiting(view); next >= 0; next = policy.nextWaiting(view)) {
        assertTrue(!named.contains(next), "named twice in a plan: " + next);
        named.add(next);
        policy.answered(next, Reservation.LATER);
      }
      assertTrue(named.size() <= 4, "asked too often while blocks are short: " + named);
      assertEquals(6, view.admitAll(policy).size());
    }
  }

  private static List<SchedulingPolicy> all() {
    return List.of(
        new FcfsScheduling(),
        new PriorityScheduling(),
        new LpmScheduling(Sequences.BLOCK),
        new SmallestMissingPrefillScheduling(Sequences.BLOCK, 4),
        new PlasScheduling(),
        new FairShareScheduling());
  }

  @Test
  void theLowestPriorityValueGoesFirstAndTheHighestIsTheVictim() {
    PriorityScheduling policy = new PriorityScheduling();
    NaiveSequence urgent = Sequences.of(0, 30, -1, "", 0, 8);
    NaiveSequence late = Sequences.of(1, 20, 5, "", 0, 8);
    NaiveSequence early = Sequences.of(2, 10, 5, "", 0, 8);
    wait(policy, late, urgent, early);
    assertEquals(List.of(0, 2, 1), view.admitAll(policy));
    assertEquals(1, policy.victim(view, 0));
    policy.waiting(late, WaitReason.RECOMPUTE);
    assertEquals(2, policy.victim(view, 0));
    policy.finished(early, FinishReason.LENGTH);
    assertEquals(0, policy.victim(view, 0));
  }

  @Test
  void theLongestCachedPrefixGoesFirstAndEventsMoveIt() {
    LpmScheduling policy = new LpmScheduling(Sequences.BLOCK);
    NaiveSequence oldest = Sequences.of(0, 1, 0, "", 100, 9);
    NaiveSequence cached = Sequences.of(1, 2, 0, "", 200, 9);
    NaiveSequence longer = Sequences.of(2, 3, 0, "", 200, 13);
    wait(policy, oldest, cached, longer);
    policy.stored(longer, 0, -1, longer.blockHash(0), 0);
    policy.stored(longer, 1, 0, longer.blockHash(1), 1);
    policy.stored(longer, 2, 1, longer.blockHash(2), 2);
    assertEquals(8, policy.matchedTokens(1));
    assertEquals(12, policy.matchedTokens(2));
    policy.planning(view);
    assertEquals(2, policy.nextWaiting(view));
    policy.removed(1, longer.blockHash(1));
    assertEquals(4, policy.matchedTokens(2));
    assertEquals(1, policy.nextWaiting(view), "equal matches go by arrival");
    policy.stored(longer, 1, 0, longer.blockHash(1), 1);
    assertEquals(12, policy.matchedTokens(2), "what lies behind the gap counts again");
    policy.stored(oldest, 5, -1, oldest.blockHash(0), 0);
    assertEquals(List.of(2, 1, 0), view.admitAll(policy));
  }

  @Test
  void theSmallestMissingPrefillGoesFirst() {
    SmallestMissingPrefillScheduling policy = new SmallestMissingPrefillScheduling(4, 4);
    NaiveSequence big = Sequences.of(0, 0, 0, "", 100, 400);
    NaiveSequence small = Sequences.of(1, 0, 0, "", 9_000, 100);
    wait(policy, big, small);
    policy.planning(view);
    assertEquals(1, policy.nextWaiting(view));
    for (int block = 0; block < 95; block++) {
      policy.stored(big, block, block - 1, big.blockHash(block), block);
    }
    assertEquals(0, policy.nextWaiting(view), "of the big one only 20 tokens are missing now");
  }

  @Test
  void ageMakesABigPrefillGoBeforeANewSmallOne() {
    SmallestMissingPrefillScheduling policy =
        new SmallestMissingPrefillScheduling(4, 4, Duration.ofSeconds(10), request -> 1);
    NaiveSequence big = Sequences.of(0, 0, 0, "", 100, 400);
    wait(policy, big);
    view.now = 20 * SECOND;
    wait(policy, Sequences.of(1, view.now, 0, "", 9_000, 100));
    policy.planning(view);
    assertEquals(1, policy.nextWaiting(view), "400 / (1 + 2) is more than 100");
    view.now = 60 * SECOND;
    wait(policy, Sequences.of(2, view.now, 0, "", 20_000, 100));
    policy.gone(1);
    policy.planning(view);
    assertEquals(0, policy.nextWaiting(view), "400 / (1 + 6) is less than 100");
  }

  @Test
  void oneThatSharesAPrefixBeingComputedIsHeldUntilItIsThere() {
    SmallestMissingPrefillScheduling policy = new SmallestMissingPrefillScheduling(4, 4);
    NaiveSequence first = Sequences.of(0, 0, 0, "", 100, 9);
    NaiveSequence second = Sequences.of(1, 1, 0, "", 100, 13);
    wait(policy, first, second);
    assertEquals(List.of(0), view.admitAll(policy), "the second waits for the first's blocks");
    policy.stored(first, 0, -1, first.blockHash(0), 0);
    assertEquals(List.of(), view.admitAll(policy));
    policy.stored(first, 1, 0, first.blockHash(1), 1);
    assertEquals(List.of(1), view.admitAll(policy));
  }

  @Test
  void oneThatIsHeldGoesOnWhenItsProducerEnds() {
    SmallestMissingPrefillScheduling policy = new SmallestMissingPrefillScheduling(4, 4);
    NaiveSequence first = Sequences.of(0, 0, 0, "", 100, 9);
    wait(policy, first, Sequences.of(1, 1, 0, "", 100, 13));
    assertEquals(List.of(0), view.admitAll(policy));
    policy.finished(first, FinishReason.ABORTED);
    assertEquals(List.of(1), view.admitAll(policy));
  }

  @Test
  void aBigOneThatWasRefusedForLongClosesAdmission() {
    SmallestMissingPrefillScheduling policy = new SmallestMissingPrefillScheduling(4, 4);
    wait(policy, Sequences.of(0, 0, 0, "", 0, 8), Sequences.of(1, 1, 0, "", 5_000, 400));
    view.now = SECOND;
    policy.planning(view);
    policy.answered(policy.nextWaiting(view), Reservation.LATER);
    assertEquals(1, policy.nextWaiting(view), "others are tried at first");
    policy.answered(1, Reservation.LATER);
    view.now = 40 * SECOND;
    policy.planning(view);
    assertEquals(0, policy.nextWaiting(view));
    policy.answered(0, Reservation.LATER);
    assertEquals(-1, policy.nextWaiting(view), "after 30 s nobody overtakes");
  }

  @Test
  void theProgramServedLeastGoesFirst() {
    PlasScheduling policy = new PlasScheduling();
    NaiveSequence call = Sequences.of(0, 0, 0, "heavy", 0, 8);
    wait(policy, call);
    view.admitAll(policy);
    policy.computed(call, 0, 8);
    policy.stepped(8, SECOND);
    policy.finished(call, FinishReason.STOP);
    wait(
        policy,
        Sequences.of(0, 1, 0, "heavy", 0, 8),
        Sequences.of(1, 2, 0, "light", 0, 8),
        Sequences.of(2, 3, 0, "light", 0, 8));
    assertEquals(List.of(1, 2, 0), view.admitAll(policy));
  }

  @Test
  void aProgramThatWaitedLongAgainstItsServiceIsPromoted() {
    PlasScheduling policy = new PlasScheduling();
    NaiveSequence call = Sequences.of(0, 0, 0, "heavy", 0, 8);
    wait(policy, call);
    view.admitAll(policy);
    policy.computed(call, 0, 8);
    policy.stepped(8, SECOND);
    policy.finished(call, FinishReason.STOP);
    wait(policy, Sequences.of(0, 0, 0, "heavy", 0, 8));
    view.now = 39 * SECOND;
    wait(policy, Sequences.of(1, view.now, 0, "light", 0, 8));
    assertEquals(List.of(0, 1), view.admitAll(policy));
  }

  @Test
  void tenantsTakeTurnsHoweverManyRequestsOneOfThemHas() {
    FairShareScheduling policy = new FairShareScheduling();
    for (int id = 0; id < 20; id++) {
      wait(policy, Sequences.of(id, id, 0, "greedy", 0, 8));
    }
    wait(
        policy, Sequences.of(20, 100, 0, "modest", 0, 8), Sequences.of(21, 101, 0, "modest", 0, 8));
    List<Integer> order = view.admitAll(policy);
    assertEquals(List.of(0, 20, 1, 21, 2), order.subList(0, 5));
  }

  @Test
  void anIdleTenantGainsNoCredit() {
    FairShareScheduling policy = new FairShareScheduling();
    for (int id = 0; id < 10; id++) {
      wait(policy, Sequences.of(id, id, 0, "busy", 0, 8));
    }
    view.admit(policy, 6);
    for (int id = 10; id < 20; id++) {
      wait(policy, Sequences.of(id, id, 0, "idle until now", 0, 8));
    }
    List<Integer> order = view.admitAll(policy);
    assertEquals(List.of(10, 6, 11, 7, 12, 8, 13, 9), order.subList(0, 8));
  }

  @Test
  void whatWasCachedIsNotChargedAndGeneratedTokensCostDouble() {
    FairShareScheduling policy = new FairShareScheduling();
    NaiveSequence sequence = Sequences.of(0, 0, 0, "a", 0, 100);
    wait(policy, sequence);
    view.admitAll(policy);
    assertEquals(100, policy.charge(sequence.request()));
    policy.computed(sequence, 60, 100);
    assertEquals(40, policy.charge(sequence.request()));
    policy.computed(sequence, 100, 101);
    assertEquals(42, policy.charge(sequence.request()));
    policy.waiting(sequence, WaitReason.RECOMPUTE);
    view.admitAll(policy);
    policy.computed(sequence, 0, 101);
    assertEquals(42, policy.charge(sequence.request()), "a preemption is not the tenant's doing");
  }
}
