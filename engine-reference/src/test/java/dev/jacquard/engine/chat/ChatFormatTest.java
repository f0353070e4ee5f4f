package dev.jacquard.engine.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.engine.token.Samples;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Chat formats against what Jinja makes of the templates; `make_goldens.py` beside the resources
/// says how.
class ChatFormatTest {
  private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "Hello"));
  private static final List<ChatMessage> BRIEF =
      List.of(new ChatMessage("system", "Be brief"), new ChatMessage("user", "Hello"));

  @Test
  void everyFamilyWritesWhatItsTemplateWrites() throws IOException {
    Map<String, List<ChatMessage>> conversations = conversations();
    Set<String> covered = new HashSet<>();
    List<String> lines = Samples.lines(ChatFormatTest.class, "expected.txt");
    for (String line : lines) {
      String[] fields = line.split(" ", 4);
      ChatFormat format = ChatFormats.of(template(fields[0]), "<s>", eos(fields[0]));
      covered.add(format.name());
      assertEquals(
          Samples.unquote(fields[3]),
          format.render(conversations.get(fields[1]), Boolean.parseBoolean(fields[2])),
          () -> "template " + fields[0] + " as " + format.name() + ", conversation " + fields[1]);
    }
    assertEquals(new HashSet<>(ChatFormats.families()), covered, "every family has a template");
  }

  @Test
  void familiesAreToldApart() throws IOException {
    for (String family : ChatFormats.families()) {
      assertEquals(family, ChatFormats.of(template(family), "<s>", "</s>").name());
    }
    assertEquals("phi3-compact", ChatFormats.of(template("jacquard"), "", "<|end|>").name());
    assertEquals("chatml", ChatFormats.of(template("qwen3"), "", "<|im_end|>").name());
  }

  @Test
  void aSystemMessageJoinsTheUserWhereTheTemplateHasNoSystem() throws IOException {
    assertEquals(
        "[INST] Be brief\n\nHello [/INST]",
        ChatFormats.of(template("mistral-v0"), "<s>", "</s>").render(BRIEF, true));
  }

  @Test
  void aLoneSystemMessageIsNotLost() throws IOException {
    List<ChatMessage> lone = List.of(new ChatMessage("system", "Be brief"));
    for (String family : ChatFormats.families()) {
      String text = ChatFormats.of(template(family), "<s>", "</s>").render(lone, true);
      assertTrue(text.contains("Be brief"), family + " wrote " + text);
    }
  }

  @Test
  void aDeveloperMessageIsASystemMessage() throws IOException {
    ChatFormat format = ChatFormats.of(template("chatml"), "", "<|im_end|>");
    List<ChatMessage> developer =
        List.of(new ChatMessage("developer", "Be brief"), new ChatMessage("user", "Hello"));
    assertEquals(format.render(BRIEF, true), format.render(developer, true));
  }

  @Test
  void theTextsThatEndAnAnswerAreKnown() throws IOException {
    assertEquals(List.of("<|im_end|>"), ChatFormats.of(template("chatml"), "", "").stopStrings());
    assertEquals(List.of("</s>"), ChatFormats.of(template("zephyr"), "", "</s>").stopStrings());
    assertEquals(List.of("<|end|>"), ChatFormats.of(template("jacquard"), "", "").stopStrings());
    assertEquals(List.of(), ChatFormats.of(template("mistral-v1"), "<s>", "").stopStrings());
  }

  @Test
  void aModelWithoutTemplateSaysThatCompletionsWork() {
    for (String template : new String[] {null, "", "  "}) {
      ChatTemplateException e =
          assertThrows(ChatTemplateException.class, () -> ChatFormats.of(template, "", ""));
      assertTrue(e.getMessage().contains("/v1/completions"), e.getMessage());
      assertTrue(e.getMessage().contains("tokenizer.chat_template"), e.getMessage());
    }
  }

  @Test
  void anUnknownTemplateNamesTheFamiliesThatAreKnown() {
    ChatTemplateException e =
        assertThrows(
            ChatTemplateException.class,
            () -> ChatFormats.of("{% for m in messages %}{{ m }}{% endfor %}", "", ""));
    for (String family : ChatFormats.families()) {
      assertTrue(e.getMessage().contains(family), e.getMessage());
    }
    assertTrue(e.getMessage().contains("later release"), e.getMessage());
  }

  @Test
  void templatesThatOnlyLookLikeAFamilyAreRefused() {
    String falcon3 =
        "{% for message in messages %}{{ '<|user|>\\n' + message['content'] + '\\n' }}"
            + "{{ '<|assistant|>\\n' + message['content'] + eos_token }}{% endfor %}";
    String smolVlm = "<|im_start|>{{ message['content'] }}<end_of_utterance>\n";
    for (String template : List.of(falcon3, smolVlm, "[gMASK]<sop><|assistant|>{{ eos_token }}")) {
      assertThrows(ChatTemplateException.class, () -> ChatFormats.of(template, "", ""), template);
    }
  }

  @Test
  void badMessagesAreRefusedByName() throws IOException {
    ChatFormat format = ChatFormats.of(template("chatml"), "", "");
    assertThrows(IllegalArgumentException.class, () -> format.render(List.of(), true));
    List<ChatMessage> tool = List.of(HELLO.getFirst(), new ChatMessage("tool", "42"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> format.render(tool, true));
    assertTrue(e.getMessage().contains("messages[1].role = 'tool'"), e.getMessage());
  }

  private static String eos(String template) {
    return switch (template) {
      case "jacquard" -> "<|end|>";
      case "phi3" -> "<|endoftext|>";
      default -> "</s>";
    };
  }

  private static String template(String name) throws IOException {
    try (InputStream in =
        ChatFormatTest.class.getResourceAsStream("templates/" + name + ".jinja")) {
      if (in == null) {
        throw new IllegalStateException("no template " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Map<String, List<ChatMessage>> conversations() {
    Map<String, List<ChatMessage>> result = new HashMap<>();
    for (String line : Samples.lines(ChatFormatTest.class, "conversations.txt")) {
      String[] fields = line.split(" ", 3);
      result
          .computeIfAbsent(fields[0], key -> new ArrayList<>())
          .add(new ChatMessage(fields[1], Samples.unquote(fields[2])));
    }
    return result;
  }
}
