package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Shrinker;
import dev.jacquard.conformance.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Random lives of an engine in a pool that is too small: sequences arrive, some with a common
/// beginning, grow, fork, fail, are preempted and cancelled, or pass their deadline; at the end all must end. A life that
/// breaks the rule of its check is made short before it is reported.
final class Lives {
  /// One operation; it means something in any state.
  sealed interface Operation {
    /// Submits a prompt, if an id is free.
    ///
    /// @param patience nanoseconds until the client gives up, 0 for never
    record Submit(int prompt, int answer, int priority, int stem, long patience)
        implements Operation {}

    /// Cancels the `back`-th youngest, ended or not.
    record Cancel(int back) implements Operation {}

    /// Forks the `back`-th youngest, if it lives and has an answer.
    record Fork(int back, int index, boolean sameLast) implements Operation {}

    /// One step, with a budget, failing or not.
    record Step(int budget, boolean fail) implements Operation {}

    /// Completes the oldest plan that is out.
    record Complete() implements Operation {}
  }

  private static final int TRIES = 300;

  private Lives() {}

  /// A check of `rule` by random lives, half of them with two steps in flight.
  static Check<SchedulerUnderTest> check(Rule rule, String name, String... likelyCauses) {
    return Check.of(
        rule,
        name,
        (subject, trial) -> {
          for (int round = 0; round < trial.rounds(16, 250); round++) {
            live(subject, trial, rule, round);
          }
        },
        likelyCauses);
  }

  private static void live(SchedulerUnderTest subject, Trial trial, Rule rule, int round) {
    RandomGenerator random = trial.random(round);
    Setting setting = Setting.random(random, 1 + round % 2);
    List<Operation> life = draw(random, setting);
    long seed = trial.seed() + round;
    if (complaint(subject, setting, rule, seed, life) == null) {
      return;
    }
    List<Operation> few =
        new Shrinker(TRIES)
            .shrink(life, shorter -> complaint(subject, setting, rule, seed, shorter) != null);
    AssertionError error = complaint(subject, setting, rule, seed, few);
    if (error == null) {
      error = complaint(subject, setting, rule, seed, life);
    }
    throw new AssertionError(
        (error == null ? "a life failed once and not again" : error.getMessage())
            + "\nFound in life "
            + round
            + " of seed "
            + trial.seed()
            + " in "
            + setting
            + " by these operations:\n  "
            + few,
        error);
  }

  private static @Nullable AssertionError complaint(
      SchedulerUnderTest subject, Setting setting, Rule rule, long seed, List<Operation> life) {
    try (Drive drive = new Drive(subject, setting, new Ruling(rule), seed)) {
      drive.stopEarly();
      play(drive, life);
      drive.finish();
      return null;
    } catch (Ruling.Over e) {
      return null;
    } catch (AssertionError e) {
      return e;
    }
  }

  /// Plays operations; [Drive#finish] is the caller's.
  static void play(Drive drive, List<Operation> life) {
    for (Operation operation : life) {
      switch (operation) {
        case Operation.Submit(int prompt, int answer, int priority, int stem, long patience) -> {
          if (drive.hasRoom()) {
            drive.submit(prompt, answer, priority, "tenant-" + stem % 2, stem, patience);
          }
        }
        case Operation.Cancel(int back) -> {
          if (back < drive.all().size()) {
            drive.cancel(drive.all().get(drive.all().size() - 1 - back));
          }
        }
        case Operation.Fork(int back, int index, boolean sameLast) -> {
          if (back < drive.all().size() && drive.hasRoom()) {
            DrivenSequence parent = drive.all().get(drive.all().size() - 1 - back);
            if (!parent.ended && parent.index() == 0 && parent.length() > parent.promptLength()) {
              drive.fork(parent, index, sameLast ? -1 : index);
            }
          }
        }
        case Operation.Step(int budget, boolean fail) -> drive.advance(drive.plan(budget, fail));
        case Operation.Complete() -> {
          if (drive.out() > 0 && !drive.failing()) {
            drive.complete();
          }
        }
      }
    }
  }

  /// The operations of a life.
  static List<Operation> draw(RandomGenerator random, Setting setting) {
    List<Operation> life = new ArrayList<>();
    boolean fails = random.nextInt(3) == 0;
    boolean cancels = random.nextBoolean();
    boolean forks = random.nextInt(3) == 0;
    int requests = random.nextInt(3, 16);
    while (requests > 0) {
      switch (random.nextInt(4)) {
        case 0 -> {
          int prompt = random.nextInt(1, Math.max(2, setting.capacity() * 2 / 3));
          int answer =
              random.nextInt(1, Math.max(2, Math.min(24, setting.capacity() - prompt + 1)));
          life.add(
              new Operation.Submit(
                  prompt,
                  answer,
                  random.nextInt(3),
                  random.nextInt(4),
                  cancels && random.nextInt(4) == 0 ? random.nextLong(20_000_000) : 0));
          requests--;
        }
        case 1 -> {
          if (cancels && random.nextInt(3) == 0) {
            life.add(new Operation.Cancel(random.nextInt(8)));
          } else if (forks) {
            life.add(
                new Operation.Fork(
                    random.nextInt(4), 1 + random.nextInt(40), random.nextBoolean()));
          } else if (random.nextInt(4) == 0) {
            life.add(new Operation.Complete());
          }
        }
        default -> {
          int budget =
              random.nextInt(4) == 0
                  ? random.nextInt(1, setting.maxStepTokens() + 1)
                  : setting.maxStepTokens();
          life.add(new Operation.Step(budget, fails && random.nextInt(10) == 0));
        }
      }
    }
    return life;
  }
}
