package dev.jacquard.engine.chat;

import dev.jacquard.engine.chat.ChatFamily.SystemPlace;
import dev.jacquard.engine.chat.ChatFamily.Trim;
import dev.jacquard.engine.chat.ChatFamily.Turn;
import java.util.List;

/// The families of chat templates that are known, in the order in which they are tried.
///
/// Sources: the templates in the models' `tokenizer_config.json`; the tests render the same ones
/// with Jinja.
final class ChatFamilies {
  private static final Turn SYSTEM_THEN_BLANK_LINE = new Turn("", "\n\n");

  private ChatFamilies() {}

  static List<ChatFamily> all() {
    return List.of(
        ownTurns(
            "phi4",
            List.of("<|im_start|>", "<|im_sep|>"),
            List.of(),
            "<|im_start|>{role}<|im_sep|>",
            "<|im_end|>"),
        // <end_of_utterance> marks SmolVLM, which uses <|im_start|> as its BOS only.
        ownTurns(
            "chatml",
            List.of("<|im_start|>"),
            List.of("<end_of_utterance>"),
            "<|im_start|>{role}\n",
            "<|im_end|>\n"),
        ownTurns(
            "llama3",
            List.of("<|start_header_id|>", "<|end_header_id|>"),
            List.of(),
            "<|start_header_id|>{role}<|end_header_id|>\n\n",
            "<|eot_id|>",
            Trim.ALL),
        gemma(),
        ownTurns(
            "granite",
            List.of("<|start_of_role|>", "<|end_of_role|>"),
            List.of(),
            "<|start_of_role|>{role}<|end_of_role|>",
            "<|end_of_text|>\n"),
        mistral7("mistral-v7", List.of("[SYSTEM_PROMPT] "), " "),
        mistral7("mistral-v7-tekken", List.of("[SYSTEM_PROMPT]"), ""),
        mistral3("mistral-v3-tekken", List.of("\"[INST]\""), "", Trim.AS_TEMPLATE),
        mistral3("mistral-v3", List.of("[INST]", "[AVAILABLE_TOOLS]"), " ", Trim.ASSISTANT),
        mistral("mistral-v1", List.of("' [INST] '"), " [INST] ", " "),
        llama2("llama2", List.of("[INST]", "<<SYS>>", "bos_token + '[INST]"), "{bos}"),
        llama2("llama2-single-bos", List.of("[INST]", "<<SYS>>"), ""),
        mistral("mistral-v0", List.of("[INST]"), "[INST] ", ""),
        ownTurns(
            "phi3",
            List.of("<|end|>", "<|assistant|>", "|>\\n"),
            List.of(),
            "<|{role}|>\n",
            "<|end|>\n"),
        // Jacquard's own models, and Phi-4 mini.
        ownTurns(
            "phi3-compact",
            List.of("<|end|>", "<|assistant|>"),
            List.of(),
            "<|{role}|>",
            "<|end|>"),
        // Falcon 3 looks alike, but ends a user's turn with a line break alone.
        ownTurns(
            "zephyr",
            List.of("<|assistant|>", "eos_token"),
            List.of("[gMASK]", "content'] + '\\n' }}"),
            "<|{role}|>\n",
            "{eos}\n"));
  }

  private static ChatFamily ownTurns(
      String name, List<String> marks, List<String> noMarks, String before, String after) {
    return ownTurns(name, marks, noMarks, before, after, Trim.AS_TEMPLATE);
  }

  private static ChatFamily ownTurns(
      String name,
      List<String> marks,
      List<String> noMarks,
      String before,
      String after,
      Trim trim) {
    Turn turn = new Turn(before, after);
    return new ChatFamily(
        name,
        marks,
        noMarks,
        turn,
        SystemPlace.OWN_TURN,
        turn,
        turn,
        before,
        trim,
        List.of(after.strip()));
  }

  private static ChatFamily gemma() {
    return new ChatFamily(
        "gemma",
        List.of("<start_of_turn>"),
        List.of(),
        SYSTEM_THEN_BLANK_LINE,
        SystemPlace.NEXT_USER,
        new Turn("<start_of_turn>user\n", "<end_of_turn>\n"),
        new Turn("<start_of_turn>model\n", "<end_of_turn>\n"),
        "<start_of_turn>model\n",
        Trim.ALL,
        List.of("<end_of_turn>"));
  }

  private static ChatFamily llama2(String name, List<String> marks, String bos) {
    return new ChatFamily(
        name,
        marks,
        List.of(),
        new Turn("<<SYS>>\n", "\n<</SYS>>\n\n"),
        SystemPlace.NEXT_USER,
        new Turn(bos + "[INST] ", " [/INST]"),
        new Turn(" ", " {eos}"),
        "",
        Trim.AS_TEMPLATE,
        List.of("{eos}"));
  }

  private static ChatFamily mistral(
      String name, List<String> marks, String beforeUser, String beforeAssistant) {
    return new ChatFamily(
        name,
        marks,
        List.of("<<SYS>>"),
        SYSTEM_THEN_BLANK_LINE,
        SystemPlace.NEXT_USER,
        new Turn(beforeUser, " [/INST]"),
        new Turn(beforeAssistant, "{eos}"),
        "",
        Trim.AS_TEMPLATE,
        List.of("{eos}"));
  }

  private static ChatFamily mistral3(String name, List<String> marks, String space, Trim trim) {
    return new ChatFamily(
        name,
        marks,
        List.of(),
        SYSTEM_THEN_BLANK_LINE,
        SystemPlace.LAST_USER,
        new Turn("[INST]" + space, "[/INST]"),
        new Turn(space, "{eos}"),
        "",
        trim,
        List.of("{eos}"));
  }

  private static ChatFamily mistral7(String name, List<String> marks, String space) {
    return new ChatFamily(
        name,
        marks,
        List.of(),
        new Turn("[SYSTEM_PROMPT]" + space, "[/SYSTEM_PROMPT]"),
        SystemPlace.OWN_TURN,
        new Turn("[INST]" + space, "[/INST]"),
        new Turn(space, "{eos}"),
        "",
        Trim.AS_TEMPLATE,
        List.of("{eos}"));
  }
}
