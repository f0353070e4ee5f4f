package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.conformance.naive.PlainScheduling;
import java.util.List;

/// The checks of scheduling policies, tried on a right one and on wrong ones.
class SchedulingSelfTest extends SelfTest<SchedulingUnderTest> {
  @Override
  protected List<Check<SchedulingUnderTest>> checks() {
    return SchedulingChecks.all();
  }

  @Override
  protected SchedulingUnderTest correct() {
    return _ -> new PlainScheduling();
  }

  @Override
  protected List<Mutant<SchedulingUnderTest>> mutants() {
    return SchedulingMutants.all();
  }
}
