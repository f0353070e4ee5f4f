package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingSchedulingPolicy;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PlanView;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import dev.jacquard.spi.schedule.WaitReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Stands between a mechanism and a policy: remembers who waits and who runs, and judges each
/// answer. It fails for one rule only; answers that break another one become -1, so that a check
/// says nothing of rules that are not its own.
final class SchedulingJudge extends ForwardingSchedulingPolicy {
  private static final int CALLS_SHOWN = 24;

  /// What the policy is given in place of a view: it works during one call.
  private final class OneCall implements PlanView {
    private final PlanView real;
    private final String call;
    private boolean over;

    OneCall(PlanView real, String call) {
      this.real = real;
      this.call = call;
    }

    private PlanView asked(String method) {
      if (over) {
        intruded("asked " + method + "() of the PlanView it was given in " + call);
      }
      return real;
    }

    @Override
    public long now() {
      return asked("now").now();
    }

    @Override
    public int remainingTokens() {
      return asked("remainingTokens").remainingTokens();
    }

    @Override
    public int running() {
      return asked("running").running();
    }

    @Override
    public int availableBlocks() {
      return asked("availableBlocks").availableBlocks();
    }

    @Override
    public int cachedTokens(SequenceView sequence) {
      return asked("cachedTokens").cachedTokens(sequence);
    }
  }

  private final Rule focus;
  private final IntPredicate prefills;
  private final NavigableSet<Integer> waiting = new TreeSet<>();
  private final NavigableSet<Integer> running = new TreeSet<>();
  private final NavigableSet<Integer> refused = new TreeSet<>();
  private final NavigableSet<Integer> prefilled = new TreeSet<>();
  private final Deque<String> calls = new ArrayDeque<>();
  private final List<String> answers = new ArrayList<>();
  private @Nullable String inside;
  private @Nullable String intrusion;
  private @Nullable AssertionError failure;

  /// @param focus the rule whose violations are failures
  /// @param prefills whether a running sequence has positions to prefill in this plan
  SchedulingJudge(SchedulingPolicy policy, Rule focus, IntPredicate prefills) {
    super(policy);
    this.focus = focus;
    this.prefills = prefills;
  }

  /// Every answer so far, with its question.
  List<String> answers() {
    return answers;
  }

  /// Why it failed, if it did: mechanisms may swallow what their policy throws.
  @Nullable AssertionError failure() {
    return failure;
  }

  /// The policy did what it may not, if this comes from within one of its methods.
  void intruded(String what) {
    if (inside != null && intrusion == null) {
      intrusion = "during " + inside + " the policy " + what;
    }
  }

  @Override
  public void waiting(SequenceView sequence, WaitReason reason) {
    int id = sequence.id();
    running.remove(id);
    waiting.add(id);
    tell("waiting(" + id + ", " + reason + ")", () -> to.waiting(sequence, reason));
  }

  @Override
  public void gone(int sequence) {
    waiting.remove(sequence);
    refused.remove(sequence);
    tell("gone(" + sequence + ")", () -> to.gone(sequence));
  }

  @Override
  public void planning(PlanView view) {
    refused.clear();
    prefilled.clear();
    OneCall once = new OneCall(view, "planning(now " + view.now() + ")");
    tell(once.call, () -> to.planning(once));
    once.over = true;
  }

  @Override
  public void answered(int sequence, Reservation answer) {
    switch (answer) {
      case GRANTED -> {
        waiting.remove(sequence);
        running.add(sequence);
      }
      case LATER -> refused.add(sequence);
      case NEVER -> {}
    }
    tell("answered(" + sequence + ", " + answer + ")", () -> to.answered(sequence, answer));
  }

  @Override
  public int nextWaiting(PlanView view) {
    OneCall once = new OneCall(view, "nextWaiting");
    int answer = ask("nextWaiting", () -> to.nextWaiting(once));
    once.over = true;
    NavigableSet<Integer> open = new TreeSet<>(waiting);
    open.removeAll(refused);
    if (answer == -1) {
      if (running.isEmpty() && refused.isEmpty() && !open.isEmpty()) {
        violated(
            Rule.SCP_9,
            "nextWaiting answered -1 though nothing runs and nobody was answered LATER in this plan;"
                + " waiting are "
                + open);
      }
      return -1;
    }
    if (open.contains(answer)) {
      return answer;
    }
    if (waiting.contains(answer)) {
      violated(
          Rule.SCP_2,
          "nextWaiting answered sequence " + answer + ", which was answered LATER in this plan");
    } else {
      violated(
          Rule.SCP_1,
          "nextWaiting answered "
              + answer
              + ", which does not wait"
              + (running.contains(answer) ? " but runs" : "")
              + "; waiting are "
              + waiting);
    }
    return -1;
  }

  @Override
  public int nextPrefill(PlanView view) {
    OneCall once = new OneCall(view, "nextPrefill");
    int answer = ask("nextPrefill", () -> to.nextPrefill(once));
    once.over = true;
    if (answer == -1) {
      return -1;
    }
    String wrong =
        !running.contains(answer)
            ? "does not run"
            : prefilled.contains(answer)
                ? "was named before in this plan"
                : prefills.test(answer) ? "" : "has nothing to prefill";
    if (wrong.isEmpty()) {
      prefilled.add(answer);
      return answer;
    }
    violated(
        Rule.SCP_5,
        "nextPrefill answered " + answer + ", which " + wrong + "; running are " + running);
    return -1;
  }

  @Override
  public int victim(PlanView view, int needy) {
    OneCall once = new OneCall(view, "victim");
    String question = "victim(needy " + needy + ")";
    int answer = ask(question, () -> to.victim(once, needy));
    once.over = true;
    if (answer == -1 || running.contains(answer)) {
      return answer;
    }
    violated(
        Rule.SCP_4,
        question
            + " answered "
            + answer
            + ", which does not run"
            + (waiting.contains(answer) ? " but waits" : "")
            + "; running are "
            + running);
    return -1;
  }

  @Override
  public void computed(SequenceView sequence, int from, int end) {
    tell(
        "computed(" + sequence.id() + ", " + from + ", " + end + ")",
        () -> to.computed(sequence, from, end));
  }

  @Override
  public void finished(SequenceView sequence, FinishReason reason) {
    running.remove(sequence.id());
    tell("finished(" + sequence.id() + ", " + reason + ")", () -> to.finished(sequence, reason));
  }

  @Override
  public void forked(SequenceView parent, SequenceView child) {
    running.add(child.id());
    tell("forked(" + parent.id() + ", " + child.id() + ")", () -> to.forked(parent, child));
  }

  @Override
  public void stepped(int tokens, long nanos) {
    tell("stepped(" + tokens + ", " + nanos + ")", () -> to.stepped(tokens, nanos));
  }

  private void tell(String call, Runnable event) {
    guarded(
        call,
        () -> {
          event.run();
          return 0;
        });
  }

  private int ask(String question, IntSupplier asked) {
    int answer = guarded(question, asked);
    answers.add(question + " -> " + answer);
    calls.removeLast();
    calls.add(question + " -> " + answer);
    return answer;
  }

  private int guarded(String call, IntSupplier body) {
    calls.add(call);
    if (calls.size() > CALLS_SHOWN) {
      calls.remove();
    }
    inside = call;
    try {
      return body.getAsInt();
    } catch (RuntimeException | StackOverflowError e) {
      StackTraceElement[] frames = e.getStackTrace();
      throw failed(call + " threw " + e + (frames.length == 0 ? "" : " at " + frames[0]));
    } finally {
      inside = null;
      if (intrusion != null) {
        String found = intrusion;
        intrusion = null;
        violated(found.contains("PlanView") ? Rule.SCP_1 : Rule.SCP_11, found);
      }
    }
  }

  private void violated(Rule rule, String what) {
    if (rule == focus) {
      throw failed(what);
    }
  }

  private AssertionError failed(String what) {
    AssertionError error =
        new AssertionError(
            what + "\nthe last calls it was given:\n  " + String.join("\n  ", calls));
    failure = failure == null ? error : failure;
    return error;
  }
}
