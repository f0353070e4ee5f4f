package dev.jacquard.engine.policy;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/// The policies under measurement, and a queue of a given length in front of one of them.
final class Subjects {
  /// @param work comparisons its heaps made so far
  record Subject(SchedulingPolicy policy, ToLongFunction<SchedulingPolicy> work) {}

  private Subjects() {}

  static Map<String, Supplier<Subject>> all() {
    Map<String, Supplier<Subject>> all = new LinkedHashMap<>();
    all.put("fcfs", () -> new Subject(new FcfsScheduling(), p -> ((FcfsScheduling) p).work()));
    all.put(
        "priority",
        () -> new Subject(new PriorityScheduling(), p -> ((PriorityScheduling) p).work()));
    all.put(
        "lpm",
        () ->
            new Subject(new LpmScheduling(CountedSequence.BLOCK), p -> ((LpmScheduling) p).work()));
    all.put(
        "smallest missing prefill",
        () ->
            new Subject(
                new SmallestMissingPrefillScheduling(CountedSequence.BLOCK, 512),
                p -> ((SmallestMissingPrefillScheduling) p).work()));
    all.put("plas", () -> new Subject(new PlasScheduling(), p -> ((PlasScheduling) p).work()));
    all.put(
        "fair share",
        () -> new Subject(new FairShareScheduling(), p -> ((FairShareScheduling) p).work()));
    return all;
  }

  /// A policy with sequences waiting.
  static final class Queue {
    private final SchedulingPolicy policy;
    private final StubView view = new StubView();
    private final CountedSequence[] sequences;
    private int turn;

    Queue(SchedulingPolicy policy, CountedSequence.Counter counter, int waiting, int shared) {
      this.policy = policy;
      sequences = new CountedSequence[waiting];
      for (int id = 0; id < waiting; id++) {
        sequences[id] = new CountedSequence(counter, id, 8 + id % 57, shared);
        policy.waiting(sequences[id], WaitReason.NEW);
      }
      view.now = waiting * 1_000L;
    }

    /// One plan in which the first choice does not fit.
    int refuse() {
      view.now += 1_000;
      policy.planning(view);
      int next = policy.nextWaiting(view);
      policy.answered(next, Reservation.LATER);
      return next;
    }

    /// One plan that admits the first choice.
    int admit() {
      view.now += 1_000;
      policy.planning(view);
      int next = policy.nextWaiting(view);
      policy.answered(next, Reservation.GRANTED);
      return next;
    }

    /// What was admitted runs a step and ends, and another like it arrives.
    void replace(int admitted) {
      CountedSequence sequence = sequences[admitted];
      policy.computed(sequence, 0, sequence.length());
      policy.stepped(sequence.length(), 1_000_000);
      policy.finished(sequence, FinishReason.LENGTH);
      policy.waiting(sequence, WaitReason.NEW);
    }

    /// The first block of one waiting sequence is stored and removed again; false if the policy
    /// does not listen.
    boolean blockComesAndGoes() {
      if (!(policy instanceof CacheListener listener)) {
        return false;
      }
      CountedSequence sequence = sequences[turn++ % sequences.length];
      listener.stored(sequence, 0, -1, sequence.hash(0), 0);
      listener.removed(0, sequence.hash(0));
      return true;
    }
  }
}
