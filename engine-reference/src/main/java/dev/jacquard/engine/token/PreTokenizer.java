package dev.jacquard.engine.token;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The pre-tokenizers of byte-level vocabularies, by the names that `tokenizer.ggml.pre` gives them
/// in llama.cpp.
enum PreTokenizer {
  GPT2(
      List.of(
          "gpt-2",
          "phi-2",
          "gigachat",
          "a.x-4.0",
          "mellum",
          "exaone4",
          "mpt",
          "olmo",
          "jais",
          "trillion",
          "granite-docling"),
      false,
      new WordSplitter(true, 0)),
  LLAMA3(
      List.of("llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"),
      true,
      new WordSplitter(false, 3)),
  LLAMA3_BY_MERGES(
      List.of("dbrx", "smaug-bpe", "chatglm-bpe", "glm4"), false, new WordSplitter(false, 3)),
  QWEN2(
      List.of("qwen2", "deepseek-r1-qwen", "stablelm2", "hunyuan", "megrez", "solar-open"),
      false,
      new WordSplitter(false, 1)),
  SINGLE_DIGITS(
      List.of(
          "smollm",
          "starcoder",
          "refact",
          "command-r",
          "codeshell",
          "exaone",
          "minerva-7b",
          "mellum2"),
      false,
      Splitter.runs(c -> CharacterClass.of(c) == CharacterClass.NUMBER, 1),
      new WordSplitter(true, 0)),
  GENERIC(
      List.of("default", ""),
      false,
      Splitter.runs(PreTokenizer::isMark, Integer.MAX_VALUE),
      new WordSplitter(true, 0),
      Splitter.runs(c -> CharacterClass.of(c) == CharacterClass.NUMBER, Integer.MAX_VALUE),
      Splitter.asciiTriples());

  /// Takes the words of a text.
  @FunctionalInterface
  interface Sink {
    void word(char[] text, int from, int to);
  }

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> names;

  private final boolean ignoresMerges;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of, of splitters without state
  private final List<Splitter> stages;

  PreTokenizer(List<String> names, boolean ignoresMerges, Splitter... stages) {
    this.names = names;
    this.ignoresMerges = ignoresMerges;
    this.stages = List.of(stages);
  }

  /// @throws IllegalArgumentException if the name is not known, naming those that are
  static PreTokenizer named(String name) {
    for (PreTokenizer candidate : values()) {
      if (candidate.names.contains(name)) {
        return candidate;
      }
    }
    Stream<String> known = Arrays.stream(values()).flatMap(candidate -> candidate.names.stream());
    throw new IllegalArgumentException(
        "tokenizer.ggml.pre = '"
            + name
            + "' is not supported; supported are "
            + known.filter(candidate -> !candidate.isEmpty()).sorted().toList());
  }

  /// Whether a vocabulary of this name puts BOS in front unless it says otherwise.
  static boolean addsBos(String name) {
    return LLAMA3.names.contains(name);
  }

  /// Whether a word that is a token as a whole is taken without merging.
  boolean ignoresMerges() {
    return ignoresMerges;
  }

  /// Hands the words of `text[from, to)` to a sink, in order and without gaps.
  void split(char[] text, int from, int to, Sink sink) {
    split(0, text, from, to, sink);
  }

  private void split(int stage, char[] text, int from, int to, Sink sink) {
    if (stage == stages.size()) {
      sink.word(text, from, to);
      return;
    }
    Splitter splitter = stages.get(stage);
    for (int at = from; at < to; ) {
      int end = splitter.end(text, at, to);
      split(stage + 1, text, at, end, sink);
      at = end;
    }
  }

  private static boolean isMark(int c) {
    return switch (c) {
      case '$', '+', '<', '=', '>', '^', '~', '|' -> true;
      default -> CharacterClass.isPunctuation(c);
    };
  }
}
