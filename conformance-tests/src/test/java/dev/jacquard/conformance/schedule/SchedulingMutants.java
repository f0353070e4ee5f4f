package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingSchedulingPolicy;
import dev.jacquard.conformance.naive.PlainScheduling;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulerContext;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// Scheduling policies with one bug each.
final class SchedulingMutants {
  private SchedulingMutants() {}

  static List<Mutant<SchedulingUnderTest>> all() {
    return List.of(
        mutant(Rule.SCP_1, "does not hear gone", _ -> new DeafToGone(), "does not wait"),
        mutant(
            Rule.SCP_1, "keeps who was granted", _ -> new KeepsGranted(), "does not wait but runs"),
        mutant(Rule.SCP_1, "keeps the view of planning", _ -> new KeepsView(), "of the PlanView"),
        mutant(
            Rule.SCP_2,
            "names the first again after LATER",
            _ -> new Insists(),
            "answered LATER in this plan"),
        mutant(
            Rule.SCP_2,
            "remembers one refusal a plan",
            _ -> new OneRefusal(),
            "answered LATER in this plan"),
        mutant(
            Rule.SCP_3,
            "strict priority",
            _ -> new Sorted(s -> s.request().priority()),
            "was not named"),
        mutant(
            Rule.SCP_3,
            "shortest prompt first",
            _ -> new Sorted(SequenceView::promptLength),
            "was not named"),
        mutant(
            Rule.SCP_3,
            "earliest deadline first",
            _ -> new Sorted(s -> s.request().deadlineNanos()),
            "was not named"),
        mutant(
            Rule.SCP_3,
            "last come, first served",
            _ -> new Sorted(s -> -s.request().serial()),
            "was not named"),
        mutant(Rule.SCP_3, "longest cached prefix first", _ -> new Cached(), "was not named"),
        mutant(
            Rule.SCP_3,
            "least served tenant first, new ones begin at nothing",
            _ -> new LeastServed(),
            "was not named"),
        mutant(Rule.SCP_3, "preempted ones go last", _ -> new PreemptedLast(), "(RECOMPUTE)"),
        mutant(
            Rule.SCP_4,
            "preempts who was admitted last, there or not",
            _ -> new LastAdmitted(),
            "does not run"),
        mutant(
            Rule.SCP_5,
            "names the first of the running until it is done",
            _ -> new FirstRunning(),
            "nextPrefill answered"),
        mutant(
            Rule.SCP_6,
            "draws lots of its own",
            _ -> new Lots(),
            "two policies heard the same calls"),
        mutant(
            Rule.SCP_6,
            "ages by the context's clock",
            Ages::new,
            "two policies heard the same calls"),
        mutant(
            Rule.SCP_7,
            "asks cachedTokens of everybody",
            _ -> new Cached(),
            "asked the plan and the sequences"),
        mutant(
            Rule.SCP_7,
            "looks at everybody",
            _ -> new Sorted(s -> s.request().serial()),
            "times as much"),
        mutant(Rule.SCP_8, "boxes ids", _ -> new KeepsGranted(), "allocated after warm-up"),
        mutant(
            Rule.SCP_9,
            "waits until a prompt fits in one step",
            _ -> new WholePrompts(),
            "-1 though nothing runs"),
        mutant(
            Rule.SCP_9,
            "waits for free blocks",
            _ -> new WaitsForBlocks(),
            "-1 though nothing runs"),
        mutant(
            Rule.SCP_9,
            "loses who is preempted",
            _ -> new LosesPreempted(),
            "-1 though nothing runs"),
        mutant(
            Rule.SCP_11,
            "asks the manager for free blocks",
            AsksManager::new,
            "called availableBlocks of the block space manager"),
        mutant(
            Rule.SCP_11,
            "cancels by itself",
            SchedulingMutants::cancels,
            "called cancel of the scheduler"));
  }

  private static Mutant<SchedulingUnderTest> mutant(
      Rule rule, String name, SchedulingUnderTest subject, String phrase) {
    return new Mutant<>(rule, name, subject, phrase);
  }

  private static class Plain extends ForwardingSchedulingPolicy {
    Plain() {
      super(new PlainScheduling());
    }
  }

  private static final class DeafToGone extends Plain {
    @Override
    public void gone(int sequence) {}
  }

  private static final class KeepsGranted implements SchedulingPolicy {
    private final Deque<Integer> queue = new ArrayDeque<>();
    private final Set<Integer> refused = new HashSet<>();

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      queue.remove(sequence.id());
      queue.add(sequence.id());
    }

    @Override
    public void gone(int sequence) {
      queue.remove(sequence);
    }

    @Override
    public void planning(PlanView view) {
      refused.clear();
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer == Reservation.LATER) {
        refused.add(sequence);
      }
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      queue.remove(sequence.id());
    }

    @Override
    public int nextWaiting(PlanView view) {
      for (Integer sequence : queue) {
        if (!refused.contains(sequence)) {
          return sequence;
        }
      }
      return -1;
    }
  }

  private static final class KeepsView extends Plain {
    private @Nullable PlanView plan;

    @Override
    public void planning(PlanView view) {
      plan = view;
      to.planning(view);
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (plan != null && plan.remainingTokens() >= 0) {
        to.answered(sequence, answer);
      }
    }
  }

  private static final class Insists extends Plain {
    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer != Reservation.LATER) {
        to.answered(sequence, answer);
      }
    }
  }

  /// Everybody who waits, and a choice that looks at all of them.
  private abstract static class Choosing implements SchedulingPolicy {
    final Map<Integer, SequenceView> waiting = new LinkedHashMap<>();
    final Set<Integer> refused = new HashSet<>();

    abstract int choose(List<SequenceView> open, PlanView view);

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      waiting.put(sequence.id(), sequence);
    }

    @Override
    public void gone(int sequence) {
      waiting.remove(sequence);
    }

    @Override
    public void planning(PlanView view) {
      refused.clear();
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer == Reservation.GRANTED) {
        waiting.remove(sequence);
      } else {
        refused.add(sequence);
      }
    }

    @Override
    public int nextWaiting(PlanView view) {
      List<SequenceView> open = new ArrayList<>(waiting.values());
      open.removeIf(sequence -> refused.contains(sequence.id()));
      return open.isEmpty() ? -1 : choose(open, view);
    }
  }

  private static final class OneRefusal extends Choosing {
    @Override
    public void answered(int sequence, Reservation answer) {
      refused.clear();
      super.answered(sequence, answer);
    }

    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.getFirst().id();
    }
  }

  private static final class Sorted extends Choosing {
    private final ToLongFunction<SequenceView> key;

    Sorted(ToLongFunction<SequenceView> key) {
      this.key = key;
    }

    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.stream().min(Comparator.comparingLong(key)).orElseThrow().id();
    }
  }

  private static final class Cached extends Choosing {
    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.stream().max(Comparator.comparingInt(view::cachedTokens)).orElseThrow().id();
    }
  }

  private static final class LeastServed extends Choosing {
    private final Map<String, Integer> served = new HashMap<>();

    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.stream()
          .min(Comparator.comparingInt(s -> served.getOrDefault(s.request().tenant(), 0)))
          .orElseThrow()
          .id();
    }

    @Override
    public void computed(SequenceView sequence, int from, int to) {
      served.merge(sequence.request().tenant(), to - from, Integer::sum);
    }
  }

  private static final class PreemptedLast extends Choosing {
    private final Set<Integer> preempted = new HashSet<>();

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      super.waiting(sequence, reason);
      if (reason == WaitReason.NEW) {
        preempted.remove(sequence.id());
      } else {
        preempted.add(sequence.id());
      }
    }

    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.stream()
          .filter(s -> !preempted.contains(s.id()))
          .findFirst()
          .orElse(open.getFirst())
          .id();
    }
  }

  private static final class LastAdmitted extends Plain {
    private int last = -1;

    @Override
    public void answered(int sequence, Reservation answer) {
      last = answer == Reservation.GRANTED ? sequence : last;
      to.answered(sequence, answer);
    }

    @Override
    public int victim(PlanView view, int needy) {
      return last;
    }
  }

  private static final class FirstRunning extends Plain {
    private final Map<Integer, SequenceView> running = new LinkedHashMap<>();
    private final Map<Integer, SequenceView> known = new HashMap<>();
    private final Map<Integer, Integer> done = new HashMap<>();

    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      known.put(sequence.id(), sequence);
      running.remove(sequence.id());
      done.remove(sequence.id());
      to.waiting(sequence, reason);
    }

    @Override
    public void answered(int sequence, Reservation answer) {
      if (answer == Reservation.GRANTED) {
        running.put(sequence, java.util.Objects.requireNonNull(known.get(sequence)));
      }
      to.answered(sequence, answer);
    }

    @Override
    public void computed(SequenceView sequence, int from, int end) {
      done.put(sequence.id(), end);
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      running.remove(sequence.id());
    }

    @Override
    public int nextPrefill(PlanView view) {
      return running.values().stream()
          .filter(s -> done.getOrDefault(s.id(), 0) < s.promptLength() - 1)
          .findFirst()
          .map(SequenceView::id)
          .orElse(-1);
    }
  }

  private static final class Lots extends Choosing {
    private final Random random = new Random();

    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.get(random.nextInt(open.size())).id();
    }
  }

  private static final class Ages extends Choosing {
    private final SchedulerContext context;

    Ages(SchedulerContext context) {
      this.context = context;
    }

    @Override
    int choose(List<SequenceView> open, PlanView view) {
      long now = context.clock().nanos();
      return open.stream()
          .min(
              Comparator.comparingDouble(
                  s -> s.length() / (1 + (now - s.request().arrivalNanos()) / 1e10)))
          .orElseThrow()
          .id();
    }
  }

  private static final class WholePrompts extends Choosing {
    @Override
    int choose(List<SequenceView> open, PlanView view) {
      return open.stream()
          .filter(s -> s.length() <= view.remainingTokens())
          .findFirst()
          .map(SequenceView::id)
          .orElse(-1);
    }
  }

  private static final class WaitsForBlocks extends Plain {
    @Override
    public int nextWaiting(PlanView view) {
      return view.availableBlocks() < 8 ? -1 : to.nextWaiting(view);
    }
  }

  private static final class LosesPreempted extends Plain {
    @Override
    public void waiting(SequenceView sequence, WaitReason reason) {
      if (reason == WaitReason.NEW) {
        to.waiting(sequence, reason);
      }
    }
  }

  private static final class AsksManager extends Plain {
    private final BlockSpaceManager blocks;

    AsksManager(SchedulerContext context) {
      blocks = context.blocks();
    }

    @Override
    public int nextWaiting(PlanView view) {
      return view.running() > 2 && blocks.availableBlocks(Tier.DEVICE) < 2
          ? -1
          : to.nextWaiting(view);
    }
  }

  private static final class Cancels extends Plain {
    private @Nullable Scheduler scheduler;

    @Override
    public void answered(int sequence, Reservation answer) {
      to.answered(sequence, answer);
      if (answer == Reservation.LATER && scheduler != null) {
        scheduler.cancel(sequence);
      }
    }
  }

  private static SchedulingPolicy cancels(SchedulerContext context) {
    Cancels policy = new Cancels();
    policy.scheduler = context.continuousBatching(policy);
    return policy;
  }
}
