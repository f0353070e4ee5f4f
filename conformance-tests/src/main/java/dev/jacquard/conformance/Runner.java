package dev.jacquard.conformance;

import dev.jacquard.conformance.CheckResult.Outcome;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs suites, check by check. Nothing that a subject does ends it: what throws, hangs or takes all
/// memory fails its check, and after two hung checks the rest of the suite fails untried, because
/// abandoned threads would disturb it.
public final class Runner {
  private static final int MOST_ABANDONED = 2;
  private static final int FRAMES = 8;

  private final RunOptions options;
  private final Guard guard;

  /// A runner with these options. One thread at a time.
  public Runner(RunOptions options) {
    this.options = options;
    guard = new Guard(options.patience());
  }

  /// Runs the selected checks of `suite`.
  ///
  /// @param heard is told each result as it comes
  public <S> List<CheckResult> run(Suite<S> suite, Consumer<CheckResult> heard) {
    List<CheckResult> results = new ArrayList<>();
    int abandoned = 0;
    for (Check<S> check : suite.checks()) {
      if (options.selects(check.rule())) {
        CheckResult result;
        if (abandoned >= MOST_ABANDONED) {
          result =
              result(
                  check,
                  Outcome.FAILED,
                  "not tried, after " + abandoned + " that were given up",
                  0);
        } else {
          Tried tried = tryOnce(suite, check);
          abandoned += tried.abandoned() ? 1 : 0;
          result = tried.result();
        }
        results.add(result);
        heard.accept(result);
      }
    }
    return List.copyOf(results);
  }

  /// What came of one check.
  ///
  /// @param abandoned whether it was given up, so that its thread may still run
  public record Tried(CheckResult result, boolean abandoned) {}

  /// Runs one check, selected or not.
  public <S> CheckResult run(Suite<S> suite, Check<S> check) {
    return tryOnce(suite, check).result();
  }

  /// Runs one check, selected or not, and says whether its thread may still run.
  public <S> Tried tryOnce(Suite<S> suite, Check<S> check) {
    long start = System.nanoTime();
    Guard.Ended ended = guarded(check, suite);
    return new Tried(judge(check, ended, System.nanoTime() - start), ended.abandoned() != null);
  }

  /// Asks a plugin something outside of checks; empty when it throws, hangs or takes all memory.
  public <T> Optional<T> ask(String what, Supplier<T> question) {
    AtomicReference<@Nullable T> answer = new AtomicReference<>();
    guard.run(what, () -> answer.set(question.get()));
    return Optional.ofNullable(answer.get());
  }

  private <S> Guard.Ended guarded(Check<S> check, Suite<S> suite) {
    Trial trial = new Trial(options.seed(), check, options.budget());
    return guard.run(
        check.toString(),
        () -> {
          try {
            check.body().run(suite.subject(), trial);
          } finally {
            suite.afterEach().run();
          }
        });
  }

  private static CheckResult judge(Check<?> check, Guard.Ended ended, long nanos) {
    if (ended.abandoned() != null) {
      return result(check, Outcome.FAILED, ended.abandoned(), nanos);
    }
    Throwable thrown = ended.thrown();
    return switch (thrown) {
      case null -> result(check, Outcome.PASSED, "", nanos);
      case NotApplicable e -> result(check, Outcome.SKIPPED, text(e), nanos);
      case AssertionError e -> result(check, Outcome.FAILED, text(e), nanos);
      case OutOfMemoryError _ -> result(check, Outcome.FAILED, "it took all memory", nanos);
      default -> result(check, Outcome.FAILED, "it threw " + trace(thrown), nanos);
    };
  }

  private static String text(Throwable e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().lines().limit(FRAMES).reduce((a, b) -> a + "\n" + b).orElse("");
  }

  private static CheckResult result(Check<?> check, Outcome outcome, String message, long nanos) {
    return new CheckResult(check.rule(), check.name(), outcome, message, nanos);
  }
}
