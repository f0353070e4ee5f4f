package dev.jacquard.conformance.schedule;

import static dev.jacquard.conformance.Rule.SCH_16;
import static dev.jacquard.conformance.Rule.SCH_18;
import static dev.jacquard.conformance.Rule.SCH_8;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.RequestListener;
import dev.jacquard.spi.request.SequenceView;
import dev.jacquard.spi.schedule.PreemptionMode;
import java.util.List;
import java.util.random.RandomGenerator;

/// Who hears what, who calls whom, and that it happens the same way twice.
final class ProtocolChecks {
  private ProtocolChecks() {}

  static List<Check<SchedulerUnderTest>> all() {
    return List.of(
        Check.of(
            SCH_8,
            "the same calls give the same plans, calls of the manager and events",
            ProtocolChecks::twice,
            "System.nanoTime or another clock than the context's",
            "a generator of its own instead of the context's",
            "the order of a hash map or of identity hash codes"),
        Lives.check(
            SCH_16,
            "random lives tell every listener everything, in order and once",
            "a path of cancel or preemption tells nobody",
            "blocks are released before `finished` is told"),
        Check.of(
            SCH_16,
            "a listener that throws is dropped and counted, and the others hear on",
            ProtocolChecks::throwing,
            "calls of listeners are not guarded",
            "jacquard_listeners_dropped_total is not registered in context.metrics()"),
        Lives.check(
            SCH_18,
            "random lives call the manager only from the scheduler's methods, as the rule says",
            "`planning` is left out, or comes after the first reservation",
            "commits are put off to the next plan"),
        Scenario.check(
            SCH_18,
            "closing the scheduler leaves the manager open",
            (maker, inFlight) -> {
              Drive drive = maker.drive(Setting.tight(9, 0, PreemptionMode.RECOMPUTE, inFlight));
              drive.submit(4, 4);
              drive.submit(4, 9);
              drive.step(false);
              drive.close();
            },
            "close() closes what it was given"));
  }

  private static void twice(SchedulerUnderTest subject, Trial trial) {
    for (int round = 0; round < trial.rounds(16, 200); round++) {
      RandomGenerator random = trial.random(round);
      Setting setting = Setting.random(random, 1 + round % 2);
      List<Lives.Operation> life = Lives.draw(random, setting);
      List<String> first = calls(subject, setting, trial.seed() + round, life);
      List<String> second = calls(subject, setting, trial.seed() + round, life);
      int same = 0;
      while (same < Math.min(first.size(), second.size())
          && first.get(same).equals(second.get(same))) {
        same++;
      }
      if (same < Math.max(first.size(), second.size())) {
        throw new AssertionError(
            "two runs of the same calls with the same clock and seed differ:\nthe first did `"
                + at(first, same)
                + "`\nthe second did `"
                + at(second, same)
                + "`\nafter\n  "
                + String.join("\n  ", first.subList(Math.max(0, same - 10), same))
                + "\nin life "
                + round
                + " of seed "
                + trial.seed()
                + ", "
                + setting);
      }
    }
  }

  private static String at(List<String> calls, int index) {
    return index < calls.size() ? calls.get(index).strip() : "nothing more";
  }

  private static List<String> calls(
      SchedulerUnderTest subject, Setting setting, long seed, List<Lives.Operation> life) {
    Ruling ruling = new Ruling(SCH_8);
    try (Drive drive = new Drive(subject, setting, ruling, seed)) {
      drive.stopEarly();
      Lives.play(drive, life);
      drive.finish();
    } catch (Ruling.Over e) {
      ruling.note(e.toString());
    }
    return ruling.calls();
  }

  private static void throwing(SchedulerUnderTest subject, Trial trial) {
    for (int event = 0; event < 4; event++) {
      Thrower thrower = new Thrower(event);
      Setting setting = Setting.tight(9, 0, PreemptionMode.RECOMPUTE, 1 + event % 2);
      try (Drive drive =
          new Drive(subject, setting, new Ruling(SCH_16), trial.seed(), List.of(thrower))) {
        for (int i = 0; i < 3; i++) {
          drive.submit(4, 10);
        }
        drive.step(false);
        drive.step(false);
        drive.cancel(drive.all().getFirst());
        drive.finish();
        if (thrower.thrown > 1) {
          drive
              .ruling()
              .complain(
                  SCH_16,
                  "a listener threw at `"
                      + thrower.name()
                      + "` and was called again "
                      + (thrower.thrown - 1)
                      + " times instead of being dropped");
        }
        double counted = drive.counted("jacquard_listeners_dropped_total");
        if (thrower.thrown > 0 && counted != 1) {
          drive
              .ruling()
              .complain(
                  SCH_16,
                  "a listener threw at `"
                      + thrower.name()
                      + "`, but jacquard_listeners_dropped_total is "
                      + counted
                      + ", not 1");
        }
      } catch (Ruling.Over e) {
        return; // another rule is broken, whose check says so
      }
    }
  }

  /// Throws at one kind of event.
  private static final class Thrower implements RequestListener {
    private static final List<String> EVENTS =
        List.of("submitted", "computed", "preempted", "finished");

    private final int event;
    int thrown;

    Thrower(int event) {
      this.event = event;
    }

    String name() {
      return EVENTS.get(event);
    }

    private void heard(int kind) {
      if (thrown > 0 || kind == event) {
        thrown++;
        throw new IllegalStateException("this listener fails on purpose");
      }
    }

    @Override
    public void submitted(SequenceView sequence) {
      heard(0);
    }

    @Override
    public void computed(SequenceView sequence, int from, int to, int stepTokens, long nanos) {
      heard(1);
    }

    @Override
    public void preempted(SequenceView sequence) {
      heard(2);
    }

    @Override
    public void finished(SequenceView sequence, FinishReason reason) {
      heard(3);
    }
  }
}
