package dev.jacquard.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.policy.FcfsScheduling;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// The work of a plan, counted: it does not grow with the queue.
class PlanCostTest {
  private static final int PLANS = 100;

  @Test
  void aPlanLooksAtNoMoreSequencesWhenFiveThousandWait() {
    long few = looked(50);
    long many = looked(5_000);
    assertTrue(few <= 9, few + ": the eight that run and the next");
    assertEquals(few, many, "sequences that a plan looked at");
  }

  @Test
  void aPlanReadsNoMoreWhenFiveThousandWait() {
    assertEquals(reads(50), reads(5_000), "reads of " + PLANS + " plans");
  }

  @Test
  void aPlanAsksItsPolicyNoMoreWhenFiveThousandWait() {
    assertEquals(questions(50), questions(5_000), "calls of " + PLANS + " plans");
  }

  private static long looked(int waiting) {
    WaitingCrowd crowd = crowd(waiting, new FcfsScheduling());
    long most = 0;
    for (int i = 0; i < PLANS; i++) {
      crowd.forgetReads();
      crowd.plan();
      most = Math.max(most, crowd.looked());
      crowd.complete();
    }
    return most;
  }

  private static long reads(int waiting) {
    WaitingCrowd crowd = crowd(waiting, new FcfsScheduling());
    long reads = 0;
    for (int i = 0; i < PLANS; i++) {
      crowd.forgetReads();
      crowd.plan();
      reads += crowd.reads();
      crowd.complete();
    }
    return reads;
  }

  private static long questions(int waiting) {
    AtomicLong calls = new AtomicLong();
    SchedulingPolicy real = new FcfsScheduling();
    SchedulingPolicy counting =
        (SchedulingPolicy)
            Proxy.newProxyInstance(
                SchedulingPolicy.class.getClassLoader(),
                new Class<?>[] {SchedulingPolicy.class},
                (proxy, method, arguments) -> {
                  calls.incrementAndGet();
                  return method.invoke(real, arguments);
                });
    WaitingCrowd crowd = crowd(waiting, counting);
    long before = calls.get();
    for (int i = 0; i < PLANS; i++) {
      crowd.step();
    }
    return calls.get() - before;
  }

  private static WaitingCrowd crowd(int waiting, SchedulingPolicy policy) {
    WaitingCrowd crowd = new WaitingCrowd(waiting, policy);
    crowd.step();
    assertTrue(crowd.waiting() >= waiting, crowd.waiting() + " wait");
    return crowd;
  }
}
