package dev.jacquard.conformance.cli;

import dev.jacquard.conformance.CheckResult;
import dev.jacquard.conformance.CheckResult.Outcome;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.report.ComponentReport;
import dev.jacquard.conformance.report.Report;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs all checks in child processes: a new one whenever a check hung in, or killed, the one before.
final class Supervisor {
  /// Told what happens, as it happens.
  interface Progress {
    /// `done` of `all` checks have ended; `running` begins.
    void check(int done, int all, String running);

    /// The plugin printed something.
    void printed(String line);
  }

  private static final int MOST_DEATHS = 2;
  private static final long GRACE_SECONDS = 30;
  private static final long LOADING_SECONDS = 60;

  private record Planned(int component, Rule rule, String check, List<String> causes) {}

  private final Options options;
  private final Progress progress;
  private final List<Message.Component> components = new ArrayList<>();
  private final List<Planned> plan = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final List<CheckResult> results = new ArrayList<>();
  private final Map<Integer, Integer> deaths = new HashMap<>();
  private String plugin = "unknown";

  Supervisor(Options options, Progress progress) {
    this.options = options;
    this.progress = progress;
  }

  Report run() throws InterruptedException {
    boolean planned = false;
    do {
      skipHopeless();
      int from = results.size();
      try (Child child = new Child(options, from, progress::printed)) {
        planned = listen(child, planned);
      }
    } while (planned && results.size() < plan.size());
    return report();
  }

  /// Likely causes of a failed check.
  List<String> causes(CheckResult result) {
    return plan.stream()
        .filter(each -> each.rule() == result.rule() && each.check().equals(result.check()))
        .findFirst()
        .map(Planned::causes)
        .orElse(List.of());
  }

  /// Where components died too often the rest of their checks fails untried.
  private void skipHopeless() {
    while (results.size() < plan.size()
        && deaths.getOrDefault(plan.get(results.size()).component(), 0) >= MOST_DEATHS) {
      String why = "not tried, after " + MOST_DEATHS + " checks that hung or ended the process";
      end(new Message.Ended(results.size(), Outcome.FAILED, false, 0, why));
    }
  }

  /// Follows a child to its end.
  ///
  /// @return whether the plan is known
  private boolean listen(Child child, boolean planned) throws InterruptedException {
    boolean ready = planned;
    long patience = Math.max(LOADING_SECONDS, options.run().patience().toSeconds() + GRACE_SECONDS);
    boolean repeats = planned;
    while (true) {
      Optional<Message> next = child.next(patience);
      if (next.isEmpty()) {
        return died(child.epitaph(), ready);
      }
      switch (next.get()) {
        case Message.Plugin m -> plugin = m.name();
        case Message.Problem m when !repeats -> problems.add(m.text());
        case Message.Component m when !repeats -> components.add(m);
        case Message.Planned m when !repeats -> plan(m);
        case Message.Problem _, Message.Component _, Message.Planned _ -> {}
        case Message.Ready _ -> ready = true;
        case Message.Started m ->
            progress.check(m.number(), plan.size(), plan.get(m.number()).check());
        case Message.Ended m -> {
          end(m);
          if (m.abandoned()) {
            return true; // its thread may still run: a new process goes on
          }
        }
        case Message.Done _ -> {
          return true;
        }
      }
    }
  }

  private boolean died(String why, boolean ready) {
    if (!ready) {
      problems.add("while it was loaded, " + why);
      return false;
    }
    if (results.size() == plan.size()) {
      problems.add("after all checks, " + why);
      return true;
    }
    end(Child.died(results.size(), why));
    return true;
  }

  private void plan(Message.Planned m) {
    Rule rule = Rule.of(m.rule()).orElseThrow();
    plan.add(new Planned(components.size() - 1, rule, m.check(), m.likelyCauses()));
  }

  private void end(Message.Ended m) {
    Planned check = plan.get(m.number());
    if (m.abandoned()) {
      deaths.merge(check.component(), 1, Integer::sum);
    }
    results.add(new CheckResult(check.rule(), check.check(), m.outcome(), m.message(), m.nanos()));
  }

  private Report report() {
    List<ComponentReport> reports = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      Message.Component component = components.get(i);
      String unavailable = component.unavailable();
      if (unavailable != null) {
        reports.add(ComponentReport.notRun(component.name(), unavailable));
        continue;
      }
      List<CheckResult> its = new ArrayList<>();
      for (int k = 0; k < results.size(); k++) {
        if (plan.get(k).component() == i) {
          its.add(results.get(k));
        }
      }
      reports.add(
          ComponentReport.of(component.name(), its, untested(component), options.waivers()));
    }
    return new Report(
        plugin,
        options.plugin().getFileName().toString(),
        options.run().seed(),
        options.run().budget(),
        reports,
        problems);
  }

  private List<Rule> untested(Message.Component component) {
    return Arrays.stream(Rule.values())
        .filter(rule -> rule.level() == Level.UNTESTED && options.run().selects(rule))
        .filter(rule -> rule.group().equals("PLG") && component.name().startsWith("plugin:"))
        .toList();
  }
}
