package dev.jacquard.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.HintField;
import dev.jacquard.spi.request.HintField.Alias;
import dev.jacquard.spi.request.HintField.Limits;
import dev.jacquard.spi.request.JsonValue;
import dev.jacquard.spi.request.RequestHints;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class HintReaderTest {
  private static final Limits LIMITS = new Limits(8, 3, 0, 9);

  private final HintReader reader =
      new HintReader(
          List.of(
              new HintField(
                  "session_id",
                  HintField.Type.STRING,
                  "The session.",
                  LIMITS,
                  List.of(new Alias.Path("nvext.context.id"), new Alias.Header("X-Session-ID"))),
              new HintField(
                  "turn",
                  HintField.Type.NUMBER,
                  "The turn.",
                  LIMITS,
                  List.of(new Alias.Header("X-Turn"))),
              new HintField(
                  "last",
                  HintField.Type.BOOLEAN,
                  "The end.",
                  LIMITS,
                  List.of(new Alias.Header("X-Last"))),
              new HintField(
                  "next",
                  HintField.Type.STRING_LIST,
                  "Who.",
                  LIMITS,
                  List.of(new Alias.Header("X-Next"))),
              new HintField("tree", HintField.Type.OBJECT, "Anything.", LIMITS, List.of())));

  @Test
  void declaredFieldsAreTakenAndOthersLeft() {
    RequestHints hints =
        read(Map.of("session_id", text("w"), "turn", number(3), "model", text("m")), Map.of());
    assertEquals(Map.of("session_id", text("w"), "turn", number(3)), hints.values());
  }

  @Test
  void aRequestWithoutHintsCostsNothing() {
    assertSame(RequestHints.NONE, read(Map.of("model", text("m")), Map.of()));
  }

  @Test
  void theFieldItselfComesBeforeItsAliasesInOrder() {
    Map<String, JsonValue> nested =
        Map.of("nvext", object(Map.of("context", object(Map.of("id", text("path"))))));
    Map<String, String> headers = Map.of("x-session-id", "header");
    assertEquals(text("header"), read(Map.of(), headers).values().get("session_id"));
    assertEquals(text("path"), read(nested, headers).values().get("session_id"));
    Map<String, JsonValue> all = new TreeMap<>(nested);
    all.put("session_id", text("field"));
    assertEquals(text("field"), read(all, headers).values().get("session_id"));
  }

  @Test
  void partsOfAPathMayBeMissing() {
    assertSame(
        RequestHints.NONE, read(Map.of("nvext", object(Map.of("other", number(1)))), Map.of()));
  }

  @Test
  void headersAreReadAsTheDeclaredType() {
    Map<String, JsonValue> values =
        read(Map.of(), Map.of("X-Turn", " 4 ", "X-Last", "true", "X-Next", "a, b,")).values();
    assertEquals(number(4), values.get("turn"));
    assertEquals(new JsonValue.Bool(true), values.get("last"));
    assertEquals(new JsonValue.Array(List.of(text("a"), text("b"))), values.get("next"));
  }

  @Test
  void anEmptyHeaderIsAbsent() {
    assertSame(RequestHints.NONE, read(Map.of(), Map.of("X-Turn", " ")));
  }

  @Test
  void aWrongTypeNamesFieldValueAndRemedy() {
    rejects(
        "turn",
        "turn: \"high\" is not a number from 0 to 9. Send a number from 0 to 9 as 'turn', or leave it out.",
        Map.of("turn", text("high")),
        Map.of());
    rejects(
        "next",
        "next: [\"a\", 1] is not a list of at most 3 strings. Send a list of at most 3 strings as 'next', or leave it out.",
        Map.of("next", new JsonValue.Array(List.of(text("a"), number(1)))),
        Map.of());
    rejects(
        "last",
        "last: {\"a\": …} is not true or false. Send true or false as 'last', or leave it out.",
        Map.of("last", object(Map.of("a", number(1)))),
        Map.of());
  }

  @Test
  void anAliasIsNamedAsTheClientWroteIt() {
    rejects(
        "header X-Turn",
        "header X-Turn: \"soon\" is not a number from 0 to 9. Send a number from 0 to 9 as 'turn', or leave it out.",
        Map.of(),
        Map.of("X-Turn", "soon"));
    rejects(
        "nvext.context.id",
        "nvext.context.id: 7 is not a string of at most 8 characters.",
        Map.of("nvext", object(Map.of("context", object(Map.of("id", number(7)))))),
        Map.of());
    rejects(
        "nvext.context",
        "nvext.context: \"flat\" is not an object.",
        Map.of("nvext", object(Map.of("context", text("flat")))),
        Map.of());
  }

  @Test
  void limitsAreCheckedAtEveryDepth() {
    rejects("turn", "turn: 10 is not between 0 and 9", Map.of("turn", number(10)), Map.of());
    rejects(
        "turn", "turn: NaN is not between 0 and 9", Map.of("turn", number(Double.NaN)), Map.of());
    rejects(
        "session_id",
        "has a text of more than 8 characters",
        Map.of("session_id", text("123456789")),
        Map.of());
    rejects(
        "next",
        "next: [\"a\", \"b\", \"c\", …] has more than 3 items",
        Map.of("next", new JsonValue.Array(List.of(text("a"), text("b"), text("c"), text("d")))),
        Map.of());
    rejects(
        "tree",
        "tree: 10 is not between 0 and 9",
        Map.of("tree", object(Map.of("a", object(Map.of("b", number(10)))))),
        Map.of());
    rejects(
        "tree",
        "has a text of more than 8 characters",
        Map.of("tree", object(Map.of("a name too long", number(1)))),
        Map.of());
  }

  @Test
  void charactersAreCountedAndNotHalvesOfThem() {
    String eight = "\uD83D\uDE00".repeat(8);
    assertEquals(
        text(eight), read(Map.of("session_id", text(eight)), Map.of()).values().get("session_id"));
    rejects(
        "session_id",
        "more than 8 characters",
        Map.of("session_id", text("\uD83D\uDE00".repeat(9))),
        Map.of());
  }

  @Test
  void aDeepTreeIsRefusedBeforeItCanHurt() {
    JsonValue deep = number(1);
    for (int i = 0; i < 5_000; i++) {
      deep = object(Map.of("a", deep));
    }
    rejects("tree", "is nested more than 16 deep", Map.of("tree", deep), Map.of());
  }

  @Test
  void aHugeOrHostileValueIsShownShortAndOnOneLine() {
    RequestRejectedException rejected =
        assertThrows(
            RequestRejectedException.class,
            () -> read(Map.of("session_id", text("a\nb" + "x".repeat(10_000))), Map.of()));
    assertTrue(rejected.getMessage().length() < 300, rejected::getMessage);
    assertTrue(rejected.getMessage().contains("\"a?bxxx"), rejected::getMessage);
  }

  @Test
  void theNamesAReaderLooksAtAreKnown() {
    assertEquals(
        Set.of("session_id", "nvext", "turn", "last", "next", "tree"), reader.topLevelNames());
  }

  @Test
  void aCatalogsFieldsAreRead() {
    FakePlugin plugin =
        new FakePlugin("mine")
            .hint(new HintField("mine", HintField.Type.BOOLEAN, "Mine.", LIMITS, List.of()));
    try (PluginCatalog catalog =
        new PluginLoader(getClass().getClassLoader(), ReservedNames.NONE)
            .load(List.of(plugin), List.of())) {
      assertEquals(Set.of("mine"), HintReader.of(catalog).topLevelNames());
    }
  }

  private void rejects(
      String parameter, String part, Map<String, JsonValue> body, Map<String, String> headers) {
    RequestRejectedException rejected =
        assertThrows(RequestRejectedException.class, () -> read(body, headers));
    assertEquals(parameter, rejected.parameter());
    assertTrue(
        rejected.getMessage().contains(part), () -> rejected.getMessage() + " lacks " + part);
  }

  private RequestHints read(Map<String, JsonValue> body, Map<String, String> headers) {
    Map<String, String> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    anyCase.putAll(headers);
    return reader.read(object(body), anyCase::get);
  }

  private static JsonValue.Object object(Map<String, JsonValue> values) {
    return new JsonValue.Object(values);
  }

  private static JsonValue text(String value) {
    return new JsonValue.Text(value);
  }

  private static JsonValue number(double value) {
    return new JsonValue.Number(value);
  }
}
