package dev.jacquard.conformance.host;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Alias;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// What reaches a plugin of the fields it declared: PLG-22.
final class HintChecks {
  private static final Limits TIGHT = new Limits(5, 3, -2, 10);
  private static final List<HintField> FIELDS =
      List.of(
          field("kit_text", HintField.Type.STRING),
          field("kit_number", HintField.Type.NUMBER),
          field("kit_flag", HintField.Type.BOOLEAN),
          field("kit_list", HintField.Type.STRING_LIST),
          field("kit_object", HintField.Type.OBJECT),
          new HintField(
              "kit_many",
              HintField.Type.NUMBER,
              "Has aliases.",
              TIGHT,
              List.of(
                  new Alias.Path("vendor.kit.many"),
                  new Alias.Header("X-Kit-Many"),
                  new Alias.Path("kit_other"))));

  /// A request and what a plugin sees of it.
  ///
  /// @param refused the name that the refusal contains, or null
  /// @param seen the value that arrives, or null for none
  private record Case(
      String body,
      Map<String, String> headers,
      String field,
      @Nullable String refused,
      @Nullable JsonValue seen) {
    static Case passes(String field, String value, JsonValue seen) {
      return new Case("{\"" + field + "\": " + value + "}", Map.of(), field, null, seen);
    }

    static Case refused(String field, String value) {
      return new Case("{\"" + field + "\": " + value + "}", Map.of(), field, field, null);
    }

    static Case of(String body, Map<String, String> headers, @Nullable JsonValue seen) {
      return new Case(body, headers, "kit_many", null, seen);
    }

    static Case refused(String body, Map<String, String> headers, String name) {
      return new Case(body, headers, "kit_many", name, null);
    }

    @Override
    public String toString() {
      return body + (headers.isEmpty() ? "" : " and the headers " + headers);
    }
  }

  private HintChecks() {}

  private static HintField field(String name, HintField.Type type) {
    return new HintField(name, type, "For the kit.", TIGHT, List.of());
  }

  static List<Check<HostUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.PLG_22,
            "a value that fits its declaration arrives unchanged",
            (host, trial) -> tryAll(host, trial, fitting()),
            "numbers become text"),
        Check.of(
            Rule.PLG_22,
            "a value that does not fit is refused by name, and the plugin never sees it",
            (host, trial) -> tryAll(host, trial, unfitting()),
            "limits of members of lists and objects are not checked",
            "a bound is taken as exclusive"),
        Check.of(
            Rule.PLG_22,
            "the field counts first, then its aliases in order; an explicit null is absent",
            (host, trial) -> tryAll(host, trial, places()),
            "null counts as a value",
            "header names are compared by case"));
  }

  private static JsonValue text(String value) {
    return new JsonValue.Text(value);
  }

  private static JsonValue number(double value) {
    return new JsonValue.Number(value);
  }

  private static JsonValue object(String name, JsonValue value) {
    Map<String, JsonValue> values = new LinkedHashMap<>();
    values.put(name, value);
    return new JsonValue.Object(values);
  }

  private static List<Case> fitting() {
    return List.of(
        Case.passes("kit_text", "\"12345\"", text("12345")),
        Case.passes("kit_text", "\"\"", text("")),
        Case.passes("kit_number", "-2", number(-2)),
        Case.passes("kit_number", "10", number(10)),
        Case.passes("kit_number", "0.5", number(0.5)),
        Case.passes("kit_flag", "false", new JsonValue.Bool(false)),
        Case.passes(
            "kit_list",
            "[\"a\", \"b\", \"12345\"]",
            new JsonValue.Array(List.of(text("a"), text("b"), text("12345")))),
        Case.passes("kit_list", "[]", new JsonValue.Array(List.of())),
        Case.passes("kit_object", "{\"a\": {\"b\": 3}}", object("a", object("b", number(3)))));
  }

  private static List<Case> unfitting() {
    return List.of(
        Case.refused("kit_text", "\"123456\""),
        Case.refused("kit_text", "7"),
        Case.refused("kit_text", "[\"a\"]"),
        Case.refused("kit_number", "-2.001"),
        Case.refused("kit_number", "10.5"),
        Case.refused("kit_number", "\"7\""),
        Case.refused("kit_number", "true"),
        Case.refused("kit_flag", "\"true\""),
        Case.refused("kit_flag", "1"),
        Case.refused("kit_list", "[\"a\", \"b\", \"c\", \"d\"]"),
        Case.refused("kit_list", "[\"123456\"]"),
        Case.refused("kit_list", "[\"a\", 1]"),
        Case.refused("kit_list", "\"a\""),
        Case.refused("kit_object", "{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4}"),
        Case.refused("kit_object", "{\"a\": {\"b\": 11}}"),
        Case.refused("kit_object", "{\"a\": [\"123456\"]}"),
        Case.refused("kit_object", "[]"));
  }

  private static List<Case> places() {
    Map<String, String> five = Map.of("x-kit-many", "5");
    return List.of(
        Case.of("{}", Map.of(), null),
        Case.of("{\"kit_many\": null}", Map.of(), null),
        Case.of("{\"kit_many\": null, \"kit_other\": 6}", Map.of(), number(6)),
        Case.of("{\"kit_other\": 6}", five, number(5)),
        Case.of("{\"vendor\": {\"kit\": {\"many\": 4}}, \"kit_other\": 6}", five, number(4)),
        Case.of("{\"vendor\": {\"kit\": {\"many\": null}}, \"kit_other\": 6}", five, number(5)),
        Case.of("{\"vendor\": {\"kit\": {}}, \"kit_other\": 6}", Map.of(), number(6)),
        Case.of("{\"kit_many\": 3, \"vendor\": {\"kit\": {\"many\": 4}}}", five, number(3)),
        Case.refused("{\"kit_many\": 11, \"kit_other\": 6}", Map.of(), "kit_many"),
        Case.refused("{\"kit_other\": 11}", Map.of(), "kit_other"),
        Case.refused("{\"vendor\": {\"kit\": {\"many\": 11}}}", Map.of(), "vendor.kit.many"),
        Case.refused("{}", Map.of("X-Kit-Many", "11"), "X-Kit-Many"),
        Case.refused("{}", Map.of("X-Kit-Many", "many"), "X-Kit-Many"));
  }

  private static void tryAll(HostUnderTest host, Trial trial, List<Case> cases) {
    List<RequestHints> parsed = new CopyOnWriteArrayList<>();
    KitPlugin plugin =
        new KitPlugin("kit")
            .parsing((hints, tenant) -> {
              parsed.add(hints);
              return null;
            });
    FIELDS.forEach(plugin::field);
    Ask ask = Scene.strangers(trial.random(), 1, 10, 1).getFirst();
    try (HostUnderTest.Started started = host.start(HostSetup.SMALL.with(plugin).enabling("kit"))) {
      List<String> complaints = new ArrayList<>();
      for (Case one : cases) {
        parsed.clear();
        Answer answer = started.serve(List.of(ask.with(one.body(), one.headers()))).getFirst();
        String complaint = judge(one, answer, parsed);
        if (complaint != null) {
          complaints.add(complaint);
        }
      }
      Scene.require(complaints.isEmpty(), String.join("\n", complaints));
    }
  }

  private static @Nullable String judge(Case one, Answer answer, List<RequestHints> parsed) {
    String done = "sending " + one;
    String refused = one.refused();
    if (refused != null) {
      if (!(answer instanceof Answer.Refused(var why))) {
        return done + ": the value must be refused, but: " + Scene.tell(answer);
      }
      return String.valueOf(why.getMessage()).contains(refused)
          ? null
          : done + ": the refusal must name '" + refused + "': " + why.getMessage();
    }
    if (!(answer instanceof Answer.Served) || parsed.size() != 1) {
      return done
          + ": it must be served and parsed once, it was parsed "
          + parsed.size()
          + " times; "
          + Scene.tell(answer);
    }
    JsonValue seen = parsed.getFirst().values().get(one.field());
    return Objects.equals(seen, one.seen())
        ? null
        : done + ": the plugin must see " + one.field() + " = " + one.seen() + ", it saw " + seen;
  }
}
