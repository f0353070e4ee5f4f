package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.Runner;
import dev.jacquard.conformance.Suite;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// The child's side: loads the plugin, says what will be tried, tries it, and tells each result at
/// once, so that what is known survives its own death.
public final class Worker {
  private final PrintStream parent;
  private final int from;
  private final Runner runner;
  private int number;

  private Worker(PrintStream parent, int from, Options options) {
    this.parent = parent;
    this.from = from;
    runner = new Runner(options.run());
  }

  /// For the parent only: the number of checks to skip, then the parent's own arguments.
  public static void main(String[] arguments) throws Usage {
    // What the plugin prints goes the other way, so that it cannot break into a line of ours.
    PrintStream parent =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    String[] rest = new String[arguments.length - 1];
    System.arraycopy(arguments, 1, rest, 0, rest.length);
    Options options = Options.parse(rest);
    Worker worker = new Worker(parent, Integer.parseInt(arguments[0]), options);
    worker.run(options);
    // Threads the plugin left behind must not keep the process.
    Runtime.getRuntime().halt(0);
  }

  private void say(Message message) {
    parent.println(Message.line(message));
  }

  private void run(Options options) {
    try (Subjects subjects = Subjects.load(options)) {
      say(new Message.Plugin(subjects.plugin()));
      subjects.problems().forEach(problem -> say(new Message.Problem(problem)));
      for (Subjects.Judged judged : subjects.judged()) {
        say(new Message.Component(judged.component(), judged.unavailable()));
        if (judged.suite() != null) {
          announce(judged.suite(), options);
        }
      }
      say(new Message.Ready());
      for (Subjects.Judged judged : subjects.judged()) {
        if (judged.suite() != null) {
          run(judged.suite(), options);
        }
      }
      say(new Message.Done());
    }
  }

  private <S> void announce(Suite<S> suite, Options options) {
    for (Check<S> check : suite.checks()) {
      if (options.run().selects(check.rule())) {
        say(new Message.Planned(check.rule().id(), check.name(), check.likelyCauses()));
      }
    }
  }

  private <S> void run(Suite<S> suite, Options options) {
    for (Check<S> check : suite.checks()) {
      if (options.run().selects(check.rule())) {
        if (number >= from) {
          say(new Message.Started(number));
          Runner.Tried tried = runner.tryOnce(suite, check);
          CheckResult result = tried.result();
          say(
              new Message.Ended(
                  number, result.outcome(), tried.abandoned(), result.nanos(), result.message()));
          if (tried.abandoned()) {
            Runtime.getRuntime().halt(1); // the parent has the result and starts another child
          }
        }
        number++;
      }
    }
  }
}
