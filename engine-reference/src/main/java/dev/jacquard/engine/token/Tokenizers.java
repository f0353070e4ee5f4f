package dev.jacquard.engine.token;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the tokenizer that a vocabulary asks for.
public final class Tokenizers {
  private static final Logger LOG = LoggerFactory.getLogger(Tokenizers.class);
  private static final List<String> MODELS = List.of("llama", "gpt2");

  private Tokenizers() {}

  /// Makes a tokenizer; takes in the order of a second for 150,000 tokens.
  ///
  /// @throws IllegalArgumentException if the algorithm or the pre-tokenizer is not supported
  ///   (naming what is), or if the vocabulary lacks scores, merges or has a token twice
  public static Tokenizer of(Vocabulary vocabulary) {
    TokenTable table =
        switch (vocabulary.model()) {
          case "llama" -> TokenTable.ofSentencePiece(vocabulary);
          case "gpt2" -> TokenTable.ofByteLevel(vocabulary);
          default ->
              throw new IllegalArgumentException(
                  "tokenizer.ggml.model = '"
                      + vocabulary.model()
                      + "' is not supported; supported are "
                      + MODELS
                      + " (SentencePiece BPE and byte-level BPE)");
        };
    TextEncoder encoder =
        vocabulary.model().equals("llama")
            ? new SentencePieceEncoder(vocabulary, table)
            : new ByteLevelEncoder(vocabulary, table, preTokenizer(vocabulary));
    return new VocabularyTokenizer(vocabulary, table, encoder);
  }

  private static PreTokenizer preTokenizer(Vocabulary vocabulary) {
    if (vocabulary.pre().isEmpty()) {
      LOG.warn(
          "tokenizer.ggml.pre is missing, so text is split by a generic rule and answers may be"
              + " worse; convert the model again with a current converter");
    }
    return PreTokenizer.named(vocabulary.pre());
  }
}
