package dev.jacquard.engine.token;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The small vocabularies and texts of the test resources; `make_goldens.py` there says what they
/// are.
public final class Samples {
  /// Pieces from which random texts are made: they meet every rule of every pre-tokenizer.
  private static final String[] PIECES = {
    " ",
    "  ",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "\u00a0",
    "\u3000",
    "\u0085",
    "\u200b",
    "\ufeff",
    "\0",
    "a",
    "Q",
    "the",
    " whale",
    "é",
    "e\u0301",
    "世",
    "м",
    "😀",
    "👍🏽",
    "\u200d",
    "\u0378",
    "0",
    "7",
    "12",
    "999",
    "\u0663",
    "½",
    "𝟘",
    "'",
    "'s",
    "'LL",
    "'rE",
    "'ſ",
    "’",
    ".",
    ",",
    "!",
    "$",
    "<",
    "|",
    "=",
    "—",
    "€",
    "▁",
    "<|end|>",
    "<|user|>",
    "<tool>",
    "<toolbox>",
    "<s>",
    "\u0301",
    "ǅ",
    "ʰ",
    "Ⅷ"
  };

  private Samples() {}

  static List<String> texts() {
    return lines("texts.txt").stream().map(Samples::unquote).toList();
  }

  static Vocabulary.Builder sentencePiece(String name) {
    List<String> lines = lines(name + ".vocab.txt");
    float[] scores = new float[lines.size()];
    for (int id = 0; id < scores.length; id++) {
      scores[id] = (float) Double.parseDouble(lines.get(id).split(" ", 3)[1]);
    }
    return Vocabulary.builder("llama", "", tokens(lines)).scores(scores).types(types(lines));
  }

  static Vocabulary.Builder byteLevel(String pre) {
    return byteLevel(pre, lines("bytelevel.vocab.txt"), lines("bytelevel.merges.txt"));
  }

  static Vocabulary.Builder byteLevel(String pre, List<String> vocab, List<String> merges) {
    return Vocabulary.builder("gpt2", pre, tokens(vocab))
        .types(types(vocab))
        .merges(merges)
        .addBos(false);
  }

  /// A text of pieces that tokenizers get wrong, the same for the same seed.
  static String randomText(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  /// The lines of a resource, which end with a line feed.
  static List<String> lines(String name) {
    return lines(Samples.class, name);
  }

  /// The lines of a resource beside a class.
  public static List<String> lines(Class<?> place, String name) {
    try (InputStream in = place.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no test resource " + name);
      }
      String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<String> lines = new ArrayList<>(Arrays.asList(content.split("\n", -1)));
      lines.removeLast();
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int[] ids(String line) {
    return line.isBlank()
        ? new int[0]
        : Arrays.stream(line.trim().split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static List<String> tokens(List<String> lines) {
    return lines.stream().map(line -> unquote(line.split(" ", 3)[2])).toList();
  }

  private static int[] types(List<String> lines) {
    return lines.stream().mapToInt(line -> Integer.parseInt(line.split(" ", 2)[0])).toArray();
  }

  /// Reads a JSON string.
  public static String unquote(String json) {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < json.length() - 1; i++) {
      char c = json.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escape = json.charAt(++i);
      switch (escape) {
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'u' -> {
          text.append((char) Integer.parseInt(json, i + 1, i + 5, 16));
          i += 4;
        }
        default -> text.append(escape);
      }
    }
    return text.toString();
  }
}
