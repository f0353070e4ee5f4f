package dev.jacquard.conformance.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Level;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.conformance.forwarding.ForwardingKernelBackend;
import dev.jacquard.spi.kernel.KernelBackend;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class KernelSelfTest extends SelfTest<BackendUnderTest> {
  @Override
  protected List<Check<BackendUnderTest>> checks() {
    return KernelChecks.all();
  }

  @Override
  protected BackendUnderTest correct() {
    return context -> new NaiveKernelBackend();
  }

  @Override
  protected List<Mutant<BackendUnderTest>> mutants() {
    return KernelMutants.all();
  }

  @Test
  void every_rule_of_kernel_backends_has_a_check_and_every_must_a_mutant() {
    Set<Rule> checked = KernelChecks.all().stream().map(Check::rule).collect(Collectors.toSet());
    Set<Rule> broken = KernelMutants.all().stream().map(Mutant::breaks).collect(Collectors.toSet());
    for (Rule rule : Rule.values()) {
      if (rule.group().equals("KRN") && rule.binds() == Rule.Binds.PLUGIN) {
        assertTrue(checked.contains(rule), () -> rule.id() + " has no check");
        assertTrue(
            rule.level() != Level.MUST || broken.contains(rule),
            () -> rule.id() + " has no mutant");
      }
    }
  }

  @Test
  void the_forwarding_backend_forwards_every_method() {
    List<String> missing =
        Arrays.stream(KernelBackend.class.getMethods())
            .filter(method -> !overridden(method))
            .map(Method::toString)
            .toList();
    assertEquals(List.of(), missing, "these calls would not reach the wrapped backend");
  }

  private static boolean overridden(Method method) {
    return Arrays.stream(ForwardingKernelBackend.class.getDeclaredMethods())
        .anyMatch(own ->
            own.getName().equals(method.getName())
                && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
  }
}
