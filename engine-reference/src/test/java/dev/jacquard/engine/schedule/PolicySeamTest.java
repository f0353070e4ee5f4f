package dev.jacquard.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.jacquard.engine.schedule.Bench.Setup;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;

/// What the mechanism tells a policy, and what it does with one that fails.
class PolicySeamTest {
  private static final String REPLACED = "jacquard_policy_replaced_total{component=\"scheduling\"}";

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("waiting", p -> doThrow(oops()).when(p).waiting(any(), any())),
        fault("planning", p -> doThrow(oops()).when(p).planning(any())),
        fault("nextWaiting", p -> when(p.nextWaiting(any())).thenThrow(oops())),
        fault("answered", p -> doThrow(oops()).when(p).answered(anyInt(), any())),
        fault(
            "answered LATER",
            p -> doThrow(oops()).when(p).answered(anyInt(), eq(Reservation.LATER))),
        fault("nextPrefill", p -> when(p.nextPrefill(any())).thenThrow(oops())),
        fault("victim", p -> when(p.victim(any(), anyInt())).thenThrow(oops())),
        fault("computed", p -> doThrow(oops()).when(p).computed(any(), anyInt(), anyInt())),
        fault("finished", p -> doThrow(oops()).when(p).finished(any(), any())),
        fault("gone", p -> doThrow(oops()).when(p).gone(anyInt())),
        fault("forked", p -> doThrow(oops()).when(p).forked(any(), any())),
        fault("stepped", p -> doThrow(oops()).when(p).stepped(anyInt(), anyLong())),
        fault("nextWaiting of nobody", p -> when(p.nextWaiting(any())).thenReturn(63)),
        fault("nextWaiting beyond the ids", p -> when(p.nextWaiting(any())).thenReturn(1 << 20)),
        fault("nextWaiting of one that runs", p -> when(p.nextWaiting(any())).thenReturn(0)),
        fault("nextPrefill of nobody", p -> when(p.nextPrefill(any())).thenReturn(62)),
        fault("nextPrefill beyond the ids", p -> when(p.nextPrefill(any())).thenReturn(999)),
        fault("victim of one that waits", p -> when(p.victim(any(), anyInt())).thenReturn(6)),
        fault("victim beyond the ids", p -> when(p.victim(any(), anyInt())).thenReturn(4711)));
  }

  private static Arguments fault(String name, Consumer<SchedulingPolicy> plan) {
    return Arguments.of(name, plan);
  }

  private static RuntimeException oops() {
    return new IllegalStateException("as the test wants");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aPolicyThatFailsIsReplacedAndEveryRequestEnds(
      String name, Consumer<SchedulingPolicy> plantFault) {
    for (int stepsInFlight = 1; stepsInFlight <= 2; stepsInFlight++) {
      for (int healthySteps = 0; healthySteps < 6; healthySteps++) {
        SchedulingPolicy policy = spy(new Policies.Queue());
        // 9 blocks for what wants 3 to 5 each, so that somebody is refused and preempted
        Bench bench = new Bench(Setup.of(9, 4, 7).policy(policy).inFlight(stepsInFlight));
        TestSequence first = bench.submit(0, 5, 12);
        for (int id = 1; id < 7; id++) {
          bench.submit(id, 4 + id, 8);
        }
        for (int i = 0; i < healthySteps; i++) {
          bench.step();
        }
        plantFault.accept(policy);
        if (first.length > first.promptLength() && bench.scheduler.holds(0)) {
          bench.fork(first, 20);
        }
        bench.submit(21, 3, 3);
        bench.cancel(5);
        bench.finish(400);
        String what = name + " after " + healthySteps + " steps";
        long ended = bench.heard.stream().filter(line -> line.startsWith("LENGTH")).count();
        long expected = bench.heard.stream().anyMatch(line -> line.endsWith(" 20")) ? 8 : 7;
        assertEquals(expected, ended, what + ": " + bench.heard);
        assertTrue(bench.metric(REPLACED) <= 1, what);
        if (healthySteps == 0 && !name.equals("forked")) {
          assertEquals(1, bench.metric(REPLACED), what);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -2, -99, Integer.MIN_VALUE})
  void minusOneMeansNoOpinionAndLessIsNonsense(int none) {
    SchedulingPolicy policy = spy(new Policies.Queue());
    when(policy.victim(any(), anyInt())).thenReturn(none);
    when(policy.nextPrefill(any())).thenReturn(none);
    Bench bench = new Bench(Setup.of(9, 4, 7).policy(policy));
    for (int id = 0; id < 6; id++) {
      bench.submit(id, 4 + id, 8);
    }
    bench.finish(300);
    assertEquals(none == -1 ? 0 : 1, bench.metric(REPLACED));
    assertTrue(bench.heard.stream().anyMatch(line -> line.startsWith("preempted")));
  }

  @Test
  void aPolicyHearsTheWholeLifeOfASequenceInOrder() {
    SchedulingPolicy policy = spy(new Policies.Queue());
    Bench bench = new Bench(Setup.of(16, 4, 6).policy(policy));
    TestSequence sequence = bench.submit(0, 9, 2);
    bench.finish(10);
    InOrder order = inOrder(policy);
    order.verify(policy).waiting(sequence, WaitReason.NEW);
    order.verify(policy).planning(any());
    order.verify(policy).nextWaiting(any());
    order.verify(policy).answered(0, Reservation.GRANTED);
    order.verify(policy).computed(sequence, 0, 6);
    order.verify(policy).stepped(6, 1_000_000);
    order.verify(policy).planning(any());
    order.verify(policy).nextPrefill(any());
    order.verify(policy).computed(sequence, 6, 9);
    order.verify(policy).stepped(3, 1_000_000);
    order.verify(policy).planning(any());
    order.verify(policy).computed(sequence, 9, 10);
    order.verify(policy).finished(sequence, FinishReason.LENGTH);
    verify(policy, never()).gone(anyInt());
  }

  @Test
  void aPolicyHearsOfEveryPlanOnce() {
    SchedulingPolicy policy = spy(new Policies.Queue());
    Bench bench = new Bench(Setup.of(16, 4, 6).policy(policy));
    bench.plan();
    bench.submit(0, 3, 1);
    bench.step();
    bench.plan();
    verify(policy, times(3)).planning(any());
  }

  @Test
  void aCancelledWaitingSequenceIsGoneAndARunningOneFinished() {
    SchedulingPolicy policy = spy(new Policies.Queue());
    Bench bench = new Bench(Setup.of(16, 1, 16).policy(policy));
    TestSequence runs = bench.submit(0, 3, 9);
    bench.submit(1, 3, 9);
    bench.step();
    bench.cancel(1);
    bench.cancel(0);
    verify(policy).gone(1);
    verify(policy, never()).gone(0);
    verify(policy).finished(runs, FinishReason.ABORTED);
    bench.finish(3);
  }

  @Test
  void aPolicyThatNamesNobodyAdmitsNobody() {
    SchedulingPolicy policy = spy(new Policies.Queue());
    when(policy.nextWaiting(any())).thenReturn(-1);
    Bench bench = new Bench(Setup.of(16, 4, 16).policy(policy));
    bench.submit(0, 3, 9);
    assertEquals(List.of(), bench.plan());
    assertEquals(1, bench.scheduler.waiting());
  }
}
