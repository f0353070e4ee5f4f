package dev.jacquard.conformance.plugin;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.NotApplicable;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Alias;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/// Request fields: declared well, read as declared, and advice only.
final class HintChecks {
  private static final int REQUESTS = 18;
  private static final int MOST_NAMES = 2_000;
  private static final int ASKED = 3;
  private static final Pattern FIELD = Pattern.compile("[a-z][a-z0-9_]{0,62}");
  private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");

  /// What other plugins and servers read, and a plugin may be tempted to.
  private static final List<String> TEMPTING =
      List.of("boost", "deadline", "importance", "latency", "pin", "ttl", "urgent", "weight");

  /// What a host reads itself.
  private static final Set<String> OF_THE_HOST =
      Set.of(
          "cache_salt",
          "max_tokens",
          "messages",
          "model",
          "n",
          "priority",
          "prompt",
          "seed",
          "stop",
          "stream",
          "temperature",
          "user");

  private HintChecks() {}

  static List<Check<PluginUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_12,
            "fields that were not declared change nothing",
            HintChecks::undeclared,
            "a field is read that hintFields() does not list",
            "the field was renamed in one place"),
        Check.of(
            Rule.PLG_12,
            "hints change no token, keep nobody waiting for ever and pin no block",
            HintChecks::advice,
            "a hint excludes a request instead of moving it back",
            "blocks kept for a hint are never given up"),
        Check.of(
            Rule.PLG_13,
            "each field is declared once, well, and the same each time",
            HintChecks::declarations,
            "a field is listed by two parts of the plugin",
            "limits that depend on configuration or state"),
        Check.of(
            Rule.PLG_13,
            "no field has a name of the host's own",
            HintChecks::notOfTheHost,
            "the field means something like the host's, and got its name"));
  }

  private static void undeclared(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          Map<String, JsonValue> foreign = foreign(subject);
          for (Pairing pairing : pairings(subject)) {
            long seed = trial.seed();
            List<String> without = trace(subject, pairing, seed, Map.of());
            for (Kind kind : Kind.values()) {
              Map<String, JsonValue> added = new HashMap<>();
              foreign.keySet().forEach(name -> added.put(name, kind.value(name)));
              List<String> with = trace(subject, pairing, seed, added);
              compare(pairing, seed, kind, without, with);
            }
          }
        });
  }

  private enum Kind {
    TEXTS,
    NUMBERS,
    FLAGS;

    JsonValue value(String name) {
      return switch (this) {
        case TEXTS -> new JsonValue.Text("high");
        case NUMBERS -> new JsonValue.Number(1 + name.length());
        case FLAGS -> new JsonValue.Bool(true);
      };
    }
  }

  private static void compare(
      Pairing pairing, long seed, Kind kind, List<String> without, List<String> with) {
    for (int step = 0; step < Math.max(without.size(), with.size()); step++) {
      String before = step < without.size() ? without.get(step) : "nothing is left to do";
      String after = step < with.size() ? with.get(step) : "nothing is left to do";
      int at = step;
      Require.that(
          before.equals(after),
          () ->
              "a field that hintFields() does not declare is read: the same requests (seed "
                  + seed
                  + ", "
                  + pairing
                  + ") are served otherwise when every third one carries undeclared "
                  + kind.name().toLowerCase(java.util.Locale.ROOT)
                  + ". Step "
                  + at
                  + " without: "
                  + before
                  + ". With: "
                  + after);
    }
  }

  /// The declared hints of every request, and `added` with every third one, so that a field that is read makes a difference between requests.
  private static List<String> trace(
      PluginUnderTest subject, Pairing pairing, long seed, Map<String, JsonValue> added) {
    try (Opened opened = Opened.of(subject)) {
      Hinting usual = IndependenceChecks.usual(opened, seed);
      Hinting hinting =
          number -> {
            Map<String, JsonValue> all =
                new HashMap<>(number % 3 == 0 ? added : Map.<String, JsonValue>of());
            all.putAll(usual.hints(number).values());
            return new RequestHints(all);
          };
      try (PluginLife life = new PluginLife(opened, pairing, seed, REQUESTS, hinting)) {
        while (life.step()) {}
        return life.trace();
      }
    }
  }

  /// Names a field may have: tempting ones, and every string in the plugin's classes of that form, since a field that is read is named somewhere.
  private static Map<String, JsonValue> foreign(PluginUnderTest subject) throws IOException {
    Set<String> names = new LinkedHashSet<>(TEMPTING);
    ClassFiles.strings(subject).stream()
        .filter(text -> FIELD.matcher(text).matches())
        .limit(MOST_NAMES)
        .forEach(names::add);
    subject.plugin().hintFields().forEach(field -> names.remove(field.name()));
    Map<String, JsonValue> foreign = new HashMap<>();
    names.forEach(name -> foreign.put(name, new JsonValue.Bool(true)));
    return foreign;
  }

  private static void advice(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<HintField> fields = Require.list(subject.plugin().hintFields(), "hintFields()");
          if (fields.isEmpty()) {
            throw new NotApplicable("the plugin declares no request field");
          }
          for (Pairing pairing : pairings(subject)) {
            for (int round = 0; round < trial.rounds(6, 60); round++) {
              long seed = trial.seed() + round;
              Hinting odd =
                  number -> OddHints.mixed(fields, new SplittableRandom(seed * 31 + number));
              Hinting hinting = round % 2 == 0 ? odd : usual(fields, seed);
              try (Opened opened = Opened.of(subject);
                  PluginLife life = new PluginLife(opened, pairing, seed, REQUESTS, hinting)) {
                live(life, pairing, seed);
              }
            }
          }
        });
  }

  private static Hinting usual(List<HintField> fields, long seed) {
    return number -> OddHints.usual(fields, new SplittableRandom(seed * 31 + number));
  }

  private static void live(PluginLife life, Pairing pairing, long seed) {
    try {
      life.live();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "requests with hints that fit their declarations (seed "
              + seed
              + ", "
              + pairing
              + "): a hint is more than advice: "
              + (e instanceof AssertionError ? e.getMessage() : Require.first(e)),
          e);
    }
  }

  private static void declarations(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          List<HintField> fields = fields(subject);
          Set<String> names = new HashSet<>();
          for (HintField field : fields) {
            String who = "hint field '" + field.name() + "' ";
            Require.that(names.add(field.name()), () -> who + "is declared twice");
            Limits limits = field.limits();
            Require.that(
                limits.maxLength() >= 1 && limits.maxItems() >= 1 && limits.min() <= limits.max(),
                () -> who + "has limits that nothing fits: " + limits);
            Require.that(!field.description().isBlank(), () -> who + "has a blank description");
            for (Alias alias : field.aliases()) {
              requireGood(who, field, alias);
            }
          }
          for (int i = 1; i < ASKED; i++) {
            List<HintField> again = subject.plugin().hintFields();
            Require.that(
                fields.equals(again),
                () -> "hintFields() answered " + fields + " and then " + again);
          }
        });
  }

  private static void requireGood(String who, HintField field, Alias alias) {
    switch (alias) {
      case Alias.Header(String name) -> {
        Require.that(
            HEADER.matcher(name).matches(), () -> who + "names '" + name + "', which is no header");
        Require.that(
            field.type() != HintField.Type.OBJECT,
            () -> who + "is an OBJECT and cannot come from the header '" + name + "'");
      }
      case Alias.Path(String path) ->
          Require.that(
              PATH.matcher(path).matches(),
              () -> who + "names '" + path + "', which is no path of names with dots between them");
    }
  }

  private static void notOfTheHost(PluginUnderTest subject, Trial trial) throws Exception {
    Quarters.of(
        subject,
        () -> {
          for (HintField field : fields(subject)) {
            Require.that(
                !OF_THE_HOST.contains(field.name()),
                () -> "hint field '" + field.name() + "' is a field the host reads itself");
          }
        });
  }

  private static List<HintField> fields(PluginUnderTest subject) {
    List<HintField> fields = Require.list(subject.plugin().hintFields(), "hintFields()");
    if (fields.isEmpty()) {
      throw new NotApplicable("the plugin declares no request field");
    }
    return fields;
  }

  private static List<Pairing> pairings(PluginUnderTest subject) {
    try (Opened opened = Opened.of(subject)) {
      return Pairing.of(opened);
    }
  }
}
