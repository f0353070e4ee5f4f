package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SamplingParams;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One sequence waits while others, better in one way, keep coming so that some of them always wait
/// too. The engine works without pause and time passes: it must be named in the end.
final class SchedulingSiege {
  /// How newcomers are better than the one that waits.
  enum Better {
    YOUNGER("they are like it, but came later"),
    LOWER_PRIORITY_NUMBER("priority -5, it has 5"),
    HIGHER_PRIORITY_NUMBER("priority 5, it has -5"),
    SHORTER("prompts of 8 tokens, its has 900"),
    CACHED("prompts that are cached but for the last token, nothing of its is"),
    NEW_TENANTS("each is the first of its tenant, its tenant was served before"),
    ANOTHER_TENANT("they are of one other tenant, its tenant was served before"),
    URGENT("deadlines a second away, it has none"),
    ALL("lower priority numbers, short and cached prompts, new tenants and near deadlines");

    private final String text;

    Better(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private record Served(SchedulingSequence view, int computedFrom) {}

  private static final SamplingParams SAMPLING = SamplingParams.builder().build();
  private static final int ROOM = 2;
  private static final int BETTER_WAITING = 3;
  private static final int LATER_EVERY = 7;
  private static final int PAST = 60;
  private static final int QUICK_PLANS = 4_000;
  private static final int SLOW_PLANS = 8_000;
  private static final long QUICK_NANOS = 50_000_000L;
  private static final long SLOW_NANOS = 1_000_000_000L;

  private final Better better;
  private final ManualClock clock = new ManualClock();
  private final SchedulingPolicy policy;
  private final SchedulingCache cache;
  private final Map<Integer, SchedulingSequence> waiting = new HashMap<>();
  private final List<Served> step = new ArrayList<>();
  private final List<SchedulingSequence> running = new ArrayList<>();
  private final long[] asked = new long[1];
  private final Set<Integer> newcomers = new HashSet<>();
  private int victim = -1;
  private long serial;
  private long named;
  private int questions;

  SchedulingSiege(SchedulingUnderTest subject, Better better) {
    this.better = better;
    policy = subject.create(SchedulingStory.context(clock));
    cache =
        new SchedulingCache(
            SchedulingWorld.BLOCK,
            policy instanceof CacheListener listener ? listener : new CacheListener() {});
  }

  private final class View implements PlanView {
    private final long now = clock.nanos();

    @Override
    public long now() {
      return now;
    }

    @Override
    public int remainingTokens() {
      return 2_048;
    }

    @Override
    public int running() {
      return running.size() + step.size();
    }

    @Override
    public int availableBlocks() {
      return 1_000;
    }

    @Override
    public int cachedTokens(SequenceView sequence) {
      return cache.cachedTokens(sequence);
    }
  }

  /// Besieges a sequence.
  ///
  /// @param ahead sequences like it that wait already
  /// @param comesBy how it came to wait
  void run(int ahead, WaitReason comesBy) {
    for (int i = 0; i < PAST; i++) {
      submit(false);
      plan(QUICK_NANOS);
    }
    submit(true); // leaves its prefix in the cache
    while (!waiting.isEmpty() || !running.isEmpty() || !step.isEmpty()) {
      plan(QUICK_NANOS);
    }
    if (comesBy != WaitReason.NEW) {
      becomePreempted(comesBy);
    }
    for (int i = 0; i < ahead; i++) {
      submit(false);
    }
    if (comesBy == WaitReason.NEW) {
      victim = submit(false);
    }
    named = 0;
    for (int plan = 0; plan < QUICK_PLANS + SLOW_PLANS; plan++) {
      while (newcomers.size() < BETTER_WAITING) {
        newcomers.add(submit(true));
      }
      if (plan(plan < QUICK_PLANS ? QUICK_NANOS : SLOW_NANOS)) {
        return;
      }
    }
    throw new AssertionError(
        """
        a sequence (%s) waited with %d others when it came and was not named in %d plans, %d minutes \
        of engine time, in which %d times a later one was named
        those that came later: %s\
        """
            .formatted(
                comesBy,
                ahead,
                QUICK_PLANS + SLOW_PLANS,
                (QUICK_PLANS * QUICK_NANOS + SLOW_PLANS * SLOW_NANOS) / 60_000_000_000L,
                named,
                better.text));
  }

  private void becomePreempted(WaitReason reason) {
    victim = submit(false);
    int besieged = victim;
    victim = -1;
    while (waiting.containsKey(besieged)) {
      plan(QUICK_NANOS);
    }
    SchedulingSequence view =
        running.stream().filter(v -> v.id() == besieged).findFirst().orElseThrow();
    running.remove(view);
    cache.release(view, ReleaseReason.PREEMPTED);
    victim = besieged;
    waiting.put(besieged, view);
    policy.waiting(view, reason);
  }

  private int submit(boolean newcomer) {
    serial++;
    boolean all = newcomer && better == Better.ALL;
    int id = 0;
    while (waiting.containsKey(id) || holds(id)) {
      id++;
    }
    boolean cached = newcomer && (better == Better.CACHED || all);
    int length =
        switch (better) {
          case SHORTER -> newcomer ? 8 : 900;
          case CACHED, ALL -> newcomer ? 129 : 900;
          case YOUNGER,
              LOWER_PRIORITY_NUMBER,
              HIGHER_PRIORITY_NUMBER,
              NEW_TENANTS,
              ANOTHER_TENANT,
              URGENT ->
              100;
        };
    SchedulingSequence view =
        new SchedulingSequence(
            id,
            0,
            request(newcomer, all),
            length,
            1_000,
            SchedulingWorld.BLOCK,
            1,
            cached ? 128 : 0,
            asked);
    waiting.put(id, view);
    policy.waiting(view, WaitReason.NEW);
    return id;
  }

  private boolean holds(int id) {
    return running.stream().anyMatch(v -> v.id() == id)
        || step.stream().anyMatch(s -> s.view().id() == id);
  }

  private RequestInfo request(boolean newcomer, boolean all) {
    int priority =
        switch (better) {
          case LOWER_PRIORITY_NUMBER, ALL -> newcomer ? -5 : 5;
          case HIGHER_PRIORITY_NUMBER -> newcomer ? 5 : -5;
          case YOUNGER, SHORTER, CACHED, NEW_TENANTS, ANOTHER_TENANT, URGENT -> 0;
        };
    String tenant =
        newcomer && (better == Better.NEW_TENANTS || all)
            ? "tenant-" + serial
            : newcomer && better == Better.ANOTHER_TENANT ? "another" : "served-before";
    boolean urgent = newcomer && (better == Better.URGENT || all);
    return new RequestInfo(
        "request-" + serial,
        serial,
        clock.nanos(),
        urgent ? clock.nanos() + 1_000_000_000L : Long.MAX_VALUE,
        priority,
        tenant,
        "",
        "",
        SAMPLING,
        RequestHints.NONE,
        Map.of());
  }

  /// One plan and its step; whether the besieged one was named.
  private boolean plan(long nanos) {
    View view = new View();
    policy.planning(view);
    int room = ROOM;
    while (room > 0) {
      int answer = policy.nextWaiting(view);
      SchedulingSequence chosen = waiting.get(answer);
      if (chosen == null) {
        break; // -1, or not for this check to say
      }
      if (answer == victim) {
        return true;
      }
      named++;
      if (++questions % LATER_EVERY == 0) {
        policy.answered(answer, Reservation.LATER);
        room--; // so that a policy that does not heed it cannot loop
        continue;
      }
      room--;
      waiting.remove(answer);
      newcomers.remove(answer);
      step.add(new Served(chosen, cache.open(chosen)));
      policy.answered(answer, Reservation.GRANTED);
    }
    clock.advance(nanos);
    int tokens = 0;
    for (Served served : step) {
      int length = served.view().length();
      tokens += length - served.computedFrom();
      cache.commit(served.view(), length);
      policy.computed(served.view(), served.computedFrom(), length);
    }
    for (SchedulingSequence ended : running) {
      policy.finished(ended, FinishReason.STOP);
      cache.release(ended, ReleaseReason.FINISHED, ended.shares() ? Integer.MAX_VALUE : 0);
    }
    running.clear();
    step.forEach(served -> running.add(served.view()));
    step.clear();
    policy.stepped(tokens, nanos);
    return false;
  }
}
