package dev.jacquard.conformance.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.SelfTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HostSelfTest extends SelfTest<HostUnderTest> {
  @Override
  protected List<Check<HostUnderTest>> checks() {
    return HostChecks.all();
  }

  @Override
  protected HostUnderTest correct() {
    return new NaiveHost();
  }

  @Override
  protected List<Mutant<HostUnderTest>> mutants() {
    return HostMutants.all();
  }

  @Test
  void everyRuleThatBindsTheHostHasACheckAndAMutant() {
    Set<Rule> rules = EnumSet.noneOf(Rule.class);
    for (Rule rule : Rule.values()) {
      if (rule.binds() == Rule.Binds.HOST) {
        rules.add(rule);
      }
    }
    assertEquals(rules, checks().stream().map(Check::rule).collect(Collectors.toSet()));
    assertEquals(rules, mutants().stream().map(Mutant::breaks).collect(Collectors.toSet()));
  }
}
