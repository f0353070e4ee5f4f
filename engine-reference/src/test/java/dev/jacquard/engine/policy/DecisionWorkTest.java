package dev.jacquard.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A decision may cost no more than the logarithm of the queue. Time cannot be asserted, work can:
/// comparisons in heaps and questions to sequences.
class DecisionWorkTest {
  private static final int ROUNDS = 500;

  static Stream<String> policies() {
    return Subjects.all().keySet().stream();
  }

  /// Work of one refusal, one admission with its successor's arrival, and one block that comes and
  /// goes.
  private static double work(Subjects.Subject subject, int waiting) {
    CountedSequence.Counter counter = new CountedSequence.Counter();
    Subjects.Queue queue = new Subjects.Queue(subject.policy(), counter, waiting, 0);
    long before = subject.work().applyAsLong(subject.policy()) + counter.questions;
    for (int round = 0; round < ROUNDS; round++) {
      queue.refuse();
      queue.replace(queue.admit());
      queue.blockComesAndGoes();
    }
    long after = subject.work().applyAsLong(subject.policy()) + counter.questions;
    return (after - before) / (double) ROUNDS;
  }

  private static void requireLogarithmic(Supplier<Subjects.Subject> subject) {
    double few = work(subject.get(), 50);
    double many = work(subject.get(), 5_000);
    double allowed = few * Math.log(5_000) / Math.log(50) * 1.25 + 4;
    if (many > allowed) {
      throw new AssertionError(
          "a decision costs "
              + many
              + " comparisons and questions with 5,000 waiting, "
              + few
              + " with 50: more than the logarithm of the queue allows, "
              + allowed);
    }
  }

  @ParameterizedTest
  @MethodSource("policies")
  void aDecisionCostsAtMostTheLogarithmOfTheQueue(String policy) {
    requireLogarithmic(Subjects.all().get(policy));
  }

  /// Work of one block of the shared prefix that comes and goes: the last of it, one in the middle
  /// while those behind are cached, and one that a running sequence produces.
  private static double eventWork(Subjects.Subject subject, int waiting) {
    int shared = 6;
    CountedSequence.Counter counter = new CountedSequence.Counter();
    SchedulingPolicy policy = subject.policy();
    Subjects.Queue queue = new Subjects.Queue(policy, counter, waiting, shared);
    CountedSequence any = new CountedSequence(counter, waiting, 200, shared);
    CacheListener listener = (CacheListener) policy;
    for (int block = 0; block < shared; block++) {
      listener.stored(any, block, -1, any.hash(block), block);
    }
    long before = subject.work().applyAsLong(policy) + counter.questions;
    for (int round = 0; round < ROUNDS; round++) {
      int hole = round % 2 == 0 ? 2 : shared - 1;
      listener.removed(hole, any.hash(hole));
      queue.replace(queue.admit());
      listener.stored(any, hole, -1, any.hash(hole), hole);
    }
    return (subject.work().applyAsLong(policy) + counter.questions - before) / (double) ROUNDS;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lpm", "smallest missing prefill"})
  void aBlockThatAllShareCostsAtMostTheLogarithmOfTheQueue(String policy) {
    double few = eventWork(Subjects.all().get(policy).get(), 50);
    double many = eventWork(Subjects.all().get(policy).get(), 5_000);
    double allowed = few * Math.log(5_000) / Math.log(50) * 1.25 + 4;
    assertTrue(many <= allowed, few + " with 50, " + many + " with 5,000, allowed " + allowed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"lpm", "smallest missing prefill"})
  void nothingIsAllocatedByAnEventAfterWarmUp(String name) {
    SchedulingPolicy policy = Subjects.all().get(name).get().policy();
    Subjects.Queue queue = new Subjects.Queue(policy, new CountedSequence.Counter(), 300, 4);
    CountedSequence any = new CountedSequence(new CountedSequence.Counter(), 0, 8, 4);
    CacheListener listener = (CacheListener) policy;
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int round = 0; round < 2_000; round++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      for (int block = 0; block < 4; block++) {
        listener.stored(any, block, -1, any.hash(block), block);
      }
      queue.blockComesAndGoes();
      for (int block = 3; block >= 0; block--) {
        listener.removed(block, any.hash(block));
      }
      long after = thread.getCurrentThreadAllocatedBytes();
      allocated += round >= 1_000 ? after - before : 0;
    }
    assertEquals(0, allocated / 1_000, "bytes allocated by ten events");
  }

  @Test
  void aPolicyThatScansItsQueueIsFound() {
    assertThrows(
        AssertionError.class,
        () -> requireLogarithmic(() -> new Subjects.Subject(new Scans(), policy -> 0)));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void nothingIsAllocatedByADecisionAfterWarmUp(String name) {
    SchedulingPolicy policy = Subjects.all().get(name).get().policy();
    Subjects.Queue queue = new Subjects.Queue(policy, new CountedSequence.Counter(), 300, 4);
    ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int round = 0; round < 2_000; round++) {
      long before = thread.getCurrentThreadAllocatedBytes();
      queue.refuse();
      int admitted = queue.admit();
      long after = thread.getCurrentThreadAllocatedBytes();
      queue.replace(admitted);
      if (round >= 1_000) {
        allocated += after - before;
      }
    }
    // the JVM itself may charge the thread with an object or two; one a decision would be 16,000
    assertEquals(0, allocated / 1_000, "bytes allocated by a refusal and an admission");
  }

  /// The planted bug: the oldest of all, found by looking at each.
  private static final class Scans implements SchedulingPolicy {
    private final Map<Integer, SequenceView> queue = new LinkedHashMap<>();

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      queue.put(sequence.id(), sequence);
    }

    @Override
    public void gone(int sequence) {
      queue.remove(sequence);
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer == Reservation.GRANTED) {
        queue.remove(sequence);
      }
    }

    @Override
    public int nextWaiting(PlanView view) {
      long oldest = Long.MAX_VALUE;
      int next = -1;
      for (Map.Entry<Integer, SequenceView> waiting : queue.entrySet()) {
        if (waiting.getValue().request().arrivalNanos() < oldest) {
          oldest = waiting.getValue().request().arrivalNanos();
          next = waiting.getKey();
        }
      }
      return next;
    }
  }
}
