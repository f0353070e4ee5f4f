package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/// Continuous batching reduced to what a policy hears and is asked, with one plan in flight: events
/// in the order of SCP-12, answers of admission as they are drawn.
final class SchedulingWorld {
  static final int BLOCK = 16;
  static final SchedulerLimits LIMITS = new SchedulerLimits(24, 6, 48, 1, 1_024);

  private static final class Life {
    final SchedulingSequence view;
    final int goal;
    boolean running;
    boolean swapped;
    int computed;
    int planned;

    Life(SchedulingSequence view, int goal) {
      this.view = view;
      this.goal = goal;
    }
  }

  private final class View implements PlanView {
    long now;
    int tokens;
    int blocks;

    @Override
    public long now() {
      return now;
    }

    @Override
    public int remainingTokens() {
      return tokens;
    }

    @Override
    public int running() {
      return running.size();
    }

    @Override
    public int availableBlocks() {
      return blocks;
    }

    @Override
    public int cachedTokens(SequenceView sequence) {
      return cache.cachedTokens(sequence);
    }
  }

  private final ManualClock clock;
  private final TreeMap<Integer, Life> lives = new TreeMap<>();
  private final List<Life> running = new ArrayList<>();
  private final long[] asked = new long[1];
  private final View view = new View();
  private final SchedulingJudge judge;
  private final SchedulingCache cache;
  private long serial;

  /// A world at rest; the judge asks it who prefills.
  SchedulingWorld(ManualClock clock, Judges subject) {
    this.clock = clock;
    judge = subject.judge(this::prefills);
    cache = new SchedulingCache(BLOCK, judge);
  }

  /// Makes the judge of a world.
  @FunctionalInterface
  interface Judges {
    SchedulingJudge judge(IntPredicate prefills);
  }

  SchedulingJudge judge() {
    return judge;
  }

  private boolean prefills(int sequence) {
    Life life = lives.get(sequence);
    return life != null && life.running && life.planned == 0 && left(life) > 1;
  }

  private static int left(Life life) {
    return life.view.length() - life.computed;
  }

  /// A new request, by `pick`.
  void submit(int pick) {
    int id = freeId();
    if (id == -1) {
      return;
    }
    int[] lengths = {1, 2, 15, 16, 17, 33, 64, 150, 400};
    int length = lengths[pick % lengths.length];
    serial++;
    SchedulingSequence sequence =
        new SchedulingSequence(
            id,
            0,
            NaiveRequests.of(serial, clock.nanos(), pick / 7 % 4 - 1, "tenant-" + pick / 3 % 3, ""),
            length,
            1_000,
            BLOCK,
            pick / 5 % 3,
            pick / 11 % 2 * 128,
            asked);
    lives.put(id, new Life(sequence, length + 1 + pick / 13 % 6));
    judge.waiting(sequence, WaitReason.NEW);
  }

  private int freeId() {
    for (int id = 0; id < LIMITS.maxSequences(); id++) {
      if (!lives.containsKey(id)) {
        return id;
      }
    }
    return -1;
  }

  /// The client of the `pick`-th sequence leaves.
  void cancel(int pick) {
    if (!lives.isEmpty()) {
      Life life = List.copyOf(lives.values()).get(pick % lives.size());
      end(life, FinishReason.ABORTED, ReleaseReason.CANCELLED);
    }
  }

  private void end(Life life, FinishReason reason, ReleaseReason release) {
    lives.remove(life.view.id());
    if (running.remove(life)) {
      judge.finished(life.view, reason);
    } else {
      judge.gone(life.view.id());
    }
    cache.release(life.view, release);
  }

  /// The `pick`-th running sequence that generates gets a child beside it.
  void fork(int pick) {
    int id = freeId();
    if (running.isEmpty() || running.size() == LIMITS.maxRunning() || id == -1) {
      return;
    }
    Life parent = running.get(pick % running.size());
    if (left(parent) > 1) {
      return;
    }
    Life child = new Life(parent.view.fork(id, 1 + pick % 60), parent.goal + pick % 3);
    child.computed = parent.computed;
    child.running = true;
    lives.put(id, child);
    running.add(child);
    cache.fork(parent.view, child.view);
    judge.forked(parent.view, child.view);
  }

  void evict(int pick) {
    cache.evictAny(pick);
  }

  /// One plan and its step. `pick` draws who needs blocks, how admission is answered and whether
  /// the clock stands still.
  void plan(int pick, int preemptions) {
    SplittableRandom random = new SplittableRandom(pick);
    view.now = clock.nanos();
    view.tokens = LIMITS.maxStepTokens();
    view.blocks = random.nextInt(3) == 0 ? 0 : random.nextInt(1, 500);
    judge.planning(view);
    List<Life> rows = new ArrayList<>();
    for (int i = 0; i < preemptions && !running.isEmpty(); i++) {
      preempt(running.get(random.nextInt(running.size())), random.nextInt(3) == 0);
    }
    for (Life life : List.copyOf(running)) {
      if (left(life) == 1) {
        row(life, rows);
      }
    }
    prefill(rows);
    if (preemptions == 0) {
      admit(random, rows);
    }
    complete(rows, random.nextInt(3) == 0 ? 0 : 20_000_000L);
  }

  private void preempt(Life needy, boolean swap) {
    int answer = judge.victim(view, needy.view.id());
    Life victim = answer == -1 ? running.getLast() : lives.get(answer);
    if (victim == null) {
      throw new IllegalStateException("the judge let sequence " + answer + " pass");
    }
    running.remove(victim);
    victim.running = false;
    victim.swapped = swap;
    if (!swap) {
      victim.computed = 0;
      cache.release(victim.view, ReleaseReason.PREEMPTED);
    }
    judge.waiting(victim.view, swap ? WaitReason.SWAPPED : WaitReason.RECOMPUTE);
  }

  private void row(Life life, List<Life> rows) {
    int count = Math.min(left(life), view.tokens);
    if (count > 0) {
      life.planned = count;
      view.tokens -= count;
      rows.add(life);
    }
  }

  private void prefill(List<Life> rows) {
    boolean asking = true;
    while (view.tokens > 0) {
      int answer = asking ? judge.nextPrefill(view) : -1;
      asking &= answer != -1;
      Life next =
          answer != -1
              ? lives.get(answer)
              : running.stream().filter(l -> prefills(l.view.id())).findFirst().orElse(null);
      if (next == null) {
        return;
      }
      row(next, rows);
    }
  }

  private void admit(SplittableRandom random, List<Life> rows) {
    while (view.tokens > 0 && running.size() < LIMITS.maxRunning()) {
      int answer = judge.nextWaiting(view);
      Life life = answer == -1 ? null : lives.get(answer);
      if (life == null) {
        return;
      }
      int drawn = random.nextInt(10);
      if (drawn < 6) {
        running.add(life);
        life.running = true;
        if (!life.swapped) {
          life.computed = cache.open(life.view);
        }
        life.swapped = false;
        judge.answered(answer, Reservation.GRANTED);
        row(life, rows);
      } else if (drawn < 9) {
        judge.answered(answer, Reservation.LATER);
      } else {
        judge.answered(answer, Reservation.NEVER);
        end(life, FinishReason.ERROR, ReleaseReason.FAILED);
      }
    }
  }

  private void complete(List<Life> rows, long nanos) {
    int tokens = 0;
    clock.advance(nanos);
    for (Life life : rows) {
      int from = life.computed;
      tokens += life.planned;
      life.computed += life.planned;
      life.planned = 0;
      cache.commit(life.view, life.computed);
      judge.computed(life.view, from, life.computed);
      if (left(life) == 0) {
        life.view.append();
      }
      if (life.view.length() >= life.goal) {
        end(life, FinishReason.LENGTH, ReleaseReason.FINISHED);
      }
    }
    judge.stepped(tokens, nanos);
  }
}
