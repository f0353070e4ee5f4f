package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.host.ComponentKind;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.Availability.Available;
import dev.jacquard.spi.Availability.Unavailable;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import java.util.List;

/// Whether a backend can be asked without harm.
final class ProbeChecks {
  private static final int PROBES = 16;
  private static final int ATTEMPTS = 3;
  private static final long A_PROBE = 64 << 10;

  private ProbeChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_5,
            "probe answers, also when asked again, and priority is a constant",
            ProbeChecks::answers,
            "a native library that is missing is thrown and not told",
            "UnsatisfiedLinkError and NoClassDefFoundError are Errors, not Exceptions"),
        Check.of(
            Rule.PLG_5,
            "probe takes no device memory",
            ProbeChecks::takesNothing,
            "probe makes a backend to see whether it works",
            "a device context that is never given back"));
  }

  private static void answers(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (KernelBackendFactory factory : factories(subject)) {
            String who = "kernel backend '" + factory.name() + "': ";
            Require.quiet(
                who + "priority()",
                () -> {
                  int priority = factory.priority();
                  int again = factory.priority();
                  Require.that(
                      priority == again,
                      () -> who + "priority() answered " + priority + " and then " + again);
                });
            Availability[] answers = new Availability[2];
            for (int i = 0; i < answers.length; i++) {
              int turn = i;
              Require.quiet(who + "probe()", () -> answers[turn] = probe(subject, factory));
              said(who, answers[turn]);
            }
            Require.that(
                answers[0].getClass() == answers[1].getClass(),
                () -> who + "probe() answered " + answers[0] + " and then " + answers[1]);
          }
        });
  }

  private static void said(String who, Availability answer) {
    String text =
        switch (Require.answer(answer, who + "probe()")) {
          case Available(String device) -> device;
          case Unavailable(String reason) -> reason;
        };
    Require.that(
        text != null && !text.isBlank() && text.lines().count() == 1,
        () -> who + "probe() answered " + answer + "; say in one line what there is or is missing");
  }

  private static void takesNothing(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          factories(subject);
          try (Opened opened = Opened.of(subject)) {
            List<KernelBackendFactory> backends = opened.backends();
            if (backends.isEmpty()) {
              throw new NotApplicable("no kernel backend can run here");
            }
            for (KernelBackendFactory factory : backends) {
              long taken = Long.MAX_VALUE;
              // Others may use the device too: memory counts as taken when it goes each time.
              for (int i = 0; i < ATTEMPTS && taken >= PROBES * A_PROBE; i++) {
                taken = Math.min(taken, taken(subject, opened, factory));
              }
              long bytes = taken;
              Require.that(
                  bytes < PROBES * A_PROBE,
                  () ->
                      "kernel backend '"
                          + factory.name()
                          + "': "
                          + PROBES
                          + " calls of probe() took "
                          + bytes
                          + " bytes of device memory");
            }
          }
        });
  }

  private static long taken(PluginUnderTest subject, Opened opened, KernelBackendFactory factory) {
    try (KernelBackend backend = opened.create(factory)) {
      long before = backend.memory().freeBytes();
      for (int i = 0; i < PROBES; i++) {
        probe(subject, factory);
      }
      return before - backend.memory().freeBytes();
    }
  }

  private static Availability probe(PluginUnderTest subject, KernelBackendFactory factory) {
    return factory.probe(
        new RecordingConfig(subject.plugin().descriptor().id(), subject.configuration()));
  }

  private static List<KernelBackendFactory> factories(PluginUnderTest subject) {
    List<KernelBackendFactory> factories =
        Require.list(subject.plugin().kernelBackends(), "kernelBackends()").stream()
            .filter(factory -> subject.looksAt(ComponentKind.KERNEL_BACKEND, factory.name()))
            .toList();
    if (factories.isEmpty()) {
      throw new NotApplicable("the plugin offers no kernel backend");
    }
    return factories;
  }
}
