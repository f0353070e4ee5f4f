package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.conformance.naive.PlainEviction;
import java.util.List;

/// The checks of eviction policies, tried on a right one and on wrong ones.
class EvictionSelfTest extends SelfTest<EvictionUnderTest> {
  @Override
  protected List<Check<EvictionUnderTest>> checks() {
    return EvictionChecks.all();
  }

  @Override
  protected EvictionUnderTest correct() {
    return context -> new PlainEviction(context.deviceBlocks());
  }

  @Override
  protected List<Mutant<EvictionUnderTest>> mutants() {
    return EvictionMutants.all();
  }
}
