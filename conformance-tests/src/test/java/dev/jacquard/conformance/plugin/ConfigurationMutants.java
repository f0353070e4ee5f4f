package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.PluginConfig;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.plugin.PluginContext;
import dev.jacquard.spi.request.RequestHints;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Mistakes in reading the configuration.
final class ConfigurationMutants {
  private ConfigurationMutants() {}

  static List<Mutant<PluginUnderTest>> all() {
    return List.of(
        configured(
            "a wrong number is replaced by the usual one",
            config -> {
              try {
                config.integer("burst", 4, 1, 64);
              } catch (ConfigurationException e) {
                return;
              }
            },
            "is accepted"),
        configured(
            "a number is parsed by hand",
            config -> {
              int _ = Integer.parseInt(config.string("burst", "4"));
            },
            "expected a ConfigurationException, seen java.lang.NumberFormatException"),
        configured(
            "a wrong number is told without its key",
            config -> {
              try {
                config.integer("burst", 4, 1, 64);
              } catch (ConfigurationException e) {
                throw new ConfigurationException("the plugin right is not configured well", e);
              }
            },
            "does not name the full key"),
        configured(
            "a text is refused without its value",
            config -> {
              if (config.string("mode", "fast").startsWith("/")) {
                throw new ConfigurationException("right.mode: expected fast or safe");
              }
            },
            "does not name the value"),
        configured(
            "a day is added to a duration whatever it is",
            config -> {
              Duration grace = config.duration("grace", Duration.ofSeconds(1));
              long _ = Math.addExact(grace.toNanos(), Duration.ofDays(1).toNanos());
            },
            "expected a ConfigurationException, seen java.lang.ArithmeticException"),
        opened(
            "a key is read with the first request",
            (context, config) ->
                new RightInstance(context) {
                  @Override
                  public @Nullable Object parse(RequestHints hints, String tenant) {
                    config.integer("burst", 4, 1, 64);
                    return super.parse(hints, tenant);
                  }
                },
            "keys asked for when components were created already: [right.burst"));
  }

  private static Mutant<PluginUnderTest> configured(
      String name, Consumer<PluginConfig> reading, String phrase) {
    return opened(
        name,
        (context, config) -> {
          reading.accept(config);
          return new RightInstance(context);
        },
        phrase);
  }

  private static Mutant<PluginUnderTest> opened(
      String name, BiFunction<PluginContext, PluginConfig, RightInstance> opening, String phrase) {
    RightPlugin plugin =
        new RightPlugin() {
          @Override
          public RightInstance open(PluginContext context) {
            return opening.apply(context, context.config());
          }
        };
    return IdentityMutants.mutant(Rule.PLG_9, name, plugin, phrase);
  }
}
