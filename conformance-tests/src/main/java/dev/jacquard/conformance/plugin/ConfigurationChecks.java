package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.conformance.plugin.RecordingConfig.Asked;
import dev.jacquard.spi.error.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a plugin does with values it cannot use.
final class ConfigurationChecks {
  private static final int REQUESTS = 12;
  private static final int MOST_SHOWN = 80;
  private static final int A_REMEDY = 8;

  private ConfigurationChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_9,
            "a value that is wrong for its key is rejected with key, value and remedy",
            ConfigurationChecks::wrongValues,
            "the exception is caught and the fallback used",
            "the exception is wrapped in another one",
            "a text is parsed by hand"),
        Check.of(
            Rule.PLG_9,
            "a value at the edge of its type is used, or rejected the same way",
            ConfigurationChecks::edgeValues,
            "a duration or an amount too large for the unit it is turned into",
            "zero, or an empty text, was not thought of"),
        Check.of(
            Rule.PLG_9,
            "keys are asked for while components are created",
            ConfigurationChecks::notLate,
            "a key is read when it is needed first"));
  }

  /// The keys that opening the plugin and making each of its components asks for.
  static List<Asked> asked(PluginUnderTest subject) {
    try (Opened opened = Opened.of(subject);
        Creation _ = Creation.of(opened)) {
      return opened.config().asked();
    }
  }

  private static void wrongValues(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (Asked asked : keys(subject)) {
            for (String text : asked.wrong()) {
              Throwable thrown = create(subject, asked.key(), text);
              Require.that(
                  thrown != null,
                  () ->
                      said(asked, text)
                          + " is accepted: the plugin is opened and its components are created as if nothing was wrong");
              rejected(asked, text, thrown);
            }
          }
        });
  }

  private static void edgeValues(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (Asked asked : keys(subject)) {
            for (String text : asked.edge()) {
              Throwable thrown = create(subject, asked.key(), text);
              if (thrown != null) {
                rejected(asked, text, thrown);
              }
            }
          }
        });
  }

  private static List<Asked> keys(PluginUnderTest subject) {
    List<Asked> keys = asked(subject);
    if (keys.isEmpty()) {
      throw new NotApplicable("the plugin reads no configuration");
    }
    return keys;
  }

  private static @Nullable Throwable create(PluginUnderTest subject, String key, String text) {
    Map<String, String> values = new HashMap<>(subject.configuration());
    values.put(key, text);
    try (Opened opened = Opened.with(subject, values);
        Creation _ = Creation.of(opened)) {
      return null;
    } catch (RuntimeException | LinkageError | OutOfMemoryError | AssertionError e) {
      return e;
    }
  }

  private static void rejected(Asked asked, String text, @Nullable Throwable thrown) {
    Require.that(
        thrown instanceof ConfigurationException,
        () ->
            said(asked, text)
                + ": expected a ConfigurationException, seen "
                + (thrown == null ? "nothing" : Require.first(thrown)));
    String message = thrown == null ? "" : String.valueOf(thrown.getMessage());
    Require.that(
        message.contains(asked.key()),
        () -> said(asked, text) + ": the message does not name the full key: " + message);
    Require.that(
        message.contains(text),
        () -> said(asked, text) + ": the message does not name the value: " + message);
    Require.that(
        message.length() >= asked.key().length() + text.length() + A_REMEDY,
        () -> said(asked, text) + ": the message does not say what is accepted: " + message);
  }

  private static String said(Asked asked, String text) {
    String shown = text.length() > MOST_SHOWN ? text.substring(0, MOST_SHOWN) + "…" : text;
    return asked.key() + " = '" + shown + "' (read as " + asked.type() + ")";
  }

  private static void notLate(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<Pairing> pairings;
          try (Opened opened = Opened.of(subject)) {
            pairings = Pairing.of(opened);
          }
          for (Pairing pairing : pairings) {
            try (Opened opened = Opened.of(subject);
                PluginLife life =
                    new PluginLife(
                        opened,
                        pairing,
                        trial.seed(),
                        REQUESTS,
                        IndependenceChecks.usual(opened, trial.seed()))) {
              opened.config().seal();
              while (life.step()) {}
              Require.that(
                  opened.config().late().isEmpty(),
                  () ->
                      "keys asked for when components were created already: "
                          + opened.config().late()
                          + "; a host reports keys that nobody asked for before it serves");
            }
          }
        });
  }
}
