package dev.jacquard.host;

import dev.jacquard.spi.Availability;
import dev.jacquard.spi.Availability.Available;
import dev.jacquard.spi.Availability.Unavailable;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Asks kernel backends whether they can run here.
final class BackendProbe {
  private final ConfigTree config;

  /// A backend that can run.
  record Answer(Offer<KernelBackendFactory> offer, String device, List<String> rejected) {}

  BackendProbe(ConfigTree config) {
    this.config = config;
  }

  /// `offer` if it can run; a problem otherwise, never another backend.
  @Nullable Answer named(Offer<KernelBackendFactory> offer, StartupProblems problems) {
    return switch (probe(offer, problems)) {
      case Available(String device) -> new Answer(offer, device, List.of());
      case Unavailable(String reason) -> {
        problems.add("kernel backend '" + offer.name() + "' cannot run here: " + reason);
        yield null;
      }
      case null -> null;
    };
  }

  /// The available backend of the highest priority. Backends below it are not asked, since asking may load native code.
  @Nullable Answer best(Collection<Offer<KernelBackendFactory>> offers, StartupProblems problems) {
    TreeMap<Integer, List<Offer<KernelBackendFactory>>> byPriority = new TreeMap<>();
    for (Offer<KernelBackendFactory> offer : offers) {
      byPriority.computeIfAbsent(priority(offer, problems), p -> new ArrayList<>()).add(offer);
    }
    List<String> rejected = new ArrayList<>();
    for (List<Offer<KernelBackendFactory>> equals : byPriority.descendingMap().values()) {
      List<Answer> available = new ArrayList<>();
      for (Offer<KernelBackendFactory> offer : equals) {
        switch (probe(offer, problems)) {
          case Available(String device) -> available.add(new Answer(offer, device, rejected));
          case Unavailable(String reason) -> rejected.add(offer + ": " + reason);
          case null -> {}
        }
      }
      if (available.size() > 1) {
        problems.add(
            "kernel-backend = auto: several backends of the same priority can run: "
                + available.stream()
                    .map(answer -> answer.offer().toString())
                    .collect(Collectors.joining(", "))
                + ". Name one of them");
        return null;
      }
      if (!available.isEmpty()) {
        return available.getFirst();
      }
    }
    problems.add(
        "kernel-backend = auto: no backend can run here: "
            + (rejected.isEmpty() ? "there is none" : String.join("; ", rejected)));
    return null;
  }

  /// Null when the operator's configuration is to blame, which is a problem and no matter of availability.
  private @Nullable Availability probe(
      Offer<KernelBackendFactory> offer, StartupProblems problems) {
    LoadedPlugin plugin = offer.plugin();
    try {
      Availability answer = plugin.call(() -> offer.value().probe(config.section(plugin.id())));
      return answer == null ? new Unavailable("probe answered null (PLG-5)") : answer;
    } catch (ConfigurationException e) {
      problems.add(String.valueOf(e.getMessage()), e);
      return null;
    } catch (Throwable e) { // PLG-5 forbids it, and a broken backend must not hide the others
      PluginFault.rethrowIfFatal(e);
      return new Unavailable(
          "probe failed, which it never may (PLG-5): " + PluginFault.sentence(e));
    }
  }

  private static int priority(Offer<KernelBackendFactory> offer, StartupProblems problems) {
    try {
      return offer.plugin().call(offer.value()::priority);
    } catch (Throwable e) {
      PluginFault.rethrowIfFatal(e);
      problems.add(offer + ": priority() failed: " + PluginFault.sentence(e), e);
      return Integer.MIN_VALUE;
    }
  }
}
