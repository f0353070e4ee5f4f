package dev.jacquard.conformance.host;

import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.StepPlan;
import dev.jacquard.spi.schedule.StepResults;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Asks all views that a scheduler holds at the beginning and at the end of each call, and notes the thread.
final class ViewWitness {
  private record Said(
      SequenceView view,
      RequestInfo request,
      int index,
      int promptLength,
      int maxLength,
      int length,
      int computable,
      List<Integer> tokens) {
    static Said by(SequenceView view) {
      List<Integer> tokens = new ArrayList<>();
      int length = view.length();
      for (int i = 0; i < length; i++) {
        tokens.add(view.token(i));
      }
      return new Said(
          view,
          view.request(),
          view.index(),
          view.promptLength(),
          view.maxLength(),
          length,
          view.computable(),
          tokens);
    }
  }

  private final Complaints complaints;
  private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
  private final Map<Integer, Said> held = new TreeMap<>();

  ViewWitness(Complaints complaints) {
    this.complaints = complaints;
  }

  /// A call into the SPI from within, or to the side of, one of the scheduler's.
  @Nullable Object inside(String method, @Nullable Object[] arguments, Tap.Real real)
      throws Throwable {
    if (!method.equals("close")) {
      Thread here = Thread.currentThread();
      Thread engine = thread.compareAndExchange(null, here);
      complaints.unless(
          engine == null || engine == here,
          method
              + " was called on the thread "
              + here.getName()
              + ", others on "
              + (engine == null ? "none" : engine.getName()));
    }
    return real.call();
  }

  /// The scheduler's own calls: between them views may change, within them they may not.
  Scheduler watching(Scheduler scheduler) {
    return Tap.on(
        Scheduler.class,
        scheduler,
        (method, arguments, real) -> {
          if (method.equals("close")) {
            return real.call();
          }
          if (method.equals("submit") && arguments[0] instanceof SequenceView view) {
            held.put(view.id(), Said.by(view));
          }
          if (method.equals("fork") && arguments[1] instanceof SequenceView view) {
            held.put(view.id(), Said.by(view));
          }
          boolean completes = method.equals("complete");
          Map<Integer, Said> before = between(method);
          if (completes
              && arguments[0] instanceof StepPlan plan
              && arguments[1] instanceof StepResults results) {
            accepted(plan, results, before);
          }
          held.putAll(before);
          Object answer = real.call();
          before.forEach((id, said) -> same(method, id, said));
          held.keySet().removeIf(id -> !scheduler.holds(id));
          return answer;
        });
  }

  @SuppressWarnings("ReferenceEquality") // one RequestInfo a request (PLG-23)
  private Map<Integer, Said> between(String method) {
    Map<Integer, Said> now = new TreeMap<>();
    held.forEach((id, last) -> {
      Said said = Said.by(last.view());
      complaints.unless(
          said.view().id() == id
              && said.request() == last.request()
              && said.index() == last.index()
              && said.promptLength() == last.promptLength()
              && said.maxLength() == last.maxLength(),
          "before "
              + method
              + " the view of sequence "
              + id
              + " answers for another sequence although the scheduler still holds it");
      complaints.unless(
          said.length() >= last.length()
              && said.tokens().subList(0, last.length()).equals(last.tokens()),
          "before " + method + " the view of sequence " + id + " has other tokens than before");
      complaints.unless(
          said.computable() >= said.length(),
          "computable() of sequence "
              + id
              + " is "
              + said.computable()
              + ", below length(), "
              + said.length());
      now.put(id, said);
    });
    return now;
  }

  private void accepted(StepPlan plan, StepResults results, Map<Integer, Said> now) {
    for (int row = 0; row < plan.rows(); row++) {
      int id = plan.sequence(row);
      Said last = held.get(id);
      Said said = now.get(id);
      if (last != null && said != null) {
        int expected = last.length() + results.acceptedTokens(row);
        complaints.unless(
            said.length() == expected,
            "complete says that "
                + results.acceptedTokens(row)
                + " tokens of sequence "
                + id
                + " were accepted; length() was "
                + last.length()
                + " and is "
                + said.length()
                + ", expected "
                + expected);
      }
    }
  }

  private void same(String method, int id, Said before) {
    Said after = Said.by(before.view());
    complaints.unless(
        before.equals(after),
        "the view of sequence "
            + id
            + " changed its answers within one call of "
            + method
            + ": length "
            + before.length()
            + " became "
            + after.length()
            + ", computable "
            + before.computable()
            + " became "
            + after.computable());
  }
}
