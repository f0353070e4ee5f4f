package dev.jacquard.conformance.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.SelfTest;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The naive manager keeps every rule but those of cost; each mutant dies by its rule.
class BlockSpaceSelfTest extends SelfTest<ManagerUnderTest> {
  @Override
  protected List<Check<ManagerUnderTest>> checks() {
    return BlockSpaceChecks.all().stream()
        .filter(check -> check.rule() != Rule.BSM_14 && check.rule() != Rule.BSM_23)
        .toList();
  }

  @Override
  protected ManagerUnderTest correct() {
    return BlockSpaceMutants::naive;
  }

  @Override
  protected List<Mutant<ManagerUnderTest>> mutants() {
    return BlockSpaceMutants.all();
  }

  @Test
  void everyRuleOfManagersHasACheckAndEveryMustRuleAMutant() {
    Set<Rule> rules = EnumSet.noneOf(Rule.class);
    for (Rule rule : Rule.values()) {
      if (rule.group().equals("BSM") && rule.binds() == Rule.Binds.PLUGIN && rule != Rule.BSM_28) {
        rules.add(rule);
      }
    }
    Set<Rule> checked = EnumSet.noneOf(Rule.class);
    BlockSpaceChecks.all().forEach(check -> checked.add(check.rule()));
    assertEquals(rules, checked);
    rules.removeIf(rule -> rule.level() != Level.MUST);
    Set<Rule> broken = EnumSet.noneOf(Rule.class);
    mutants().forEach(mutant -> broken.add(mutant.breaks()));
    broken.removeIf(rule -> rule.level() != Level.MUST);
    assertEquals(rules, broken);
  }
}
