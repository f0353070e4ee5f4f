package dev.jacquard.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Makes a failing sequence of operations short: deletes runs of them, then single ones, as long as
/// what is left still fails. Works for operations that mean something in any state.
public final class Shrinker {
  private final int mostTries;

  /// A shrinker that asks at most `mostTries` times whether a shorter list fails.
  public Shrinker(int mostTries) {
    this.mostTries = mostTries;
  }

  /// A sublist of `failing` that fails too, from which (unless the tries ran out) no single
  /// operation can be left out.
  ///
  /// @param fails whether a list fails; must answer the same for the same list
  public <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
    List<T> best = List.copyOf(failing);
    int tries = mostTries;
    boolean shorter = true;
    for (int run = Math.max(1, best.size() / 2); shorter || run > 1; run = Math.max(1, run / 2)) {
      shorter = false;
      for (int from = best.size() - run; from >= 0; from -= run) {
        if (tries-- <= 0) {
          return best;
        }
        List<T> without = new ArrayList<>(best.subList(0, from));
        without.addAll(best.subList(from + run, best.size()));
        if (fails.test(without)) {
          best = List.copyOf(without);
          from = Math.min(from, best.size());
          shorter = true;
        }
      }
    }
    return best;
  }
}
