package dev.jacquard.engine.token;

/// Turns text into token ids and back, the way the model was trained to read and write.
///
/// Instances come from [Tokenizers#of] and are immutable: any thread may use one, at the same time
/// as others. Arrays that a method returns belong to the caller. Unless said otherwise a method
/// throws [IllegalArgumentException] for an id outside `[0, vocabularySize())`.
public interface Tokenizer {

  /// Encodes a text.
  ///
  /// A lone surrogate (invalid UTF-16) is encoded as U+FFFD. Text is never normalised (no NFC), as
  /// in llama.cpp. User-defined tokens are always recognised; control tokens only with
  /// `parseSpecial`, and without it no input text can produce one. Where special tokens overlap in
  /// the text, the leftmost wins, and among those the longest.
  ///
  /// @param addSpecial put the model's BOS in front and its EOS behind, where the model asks for it
  /// @param parseSpecial read the text of control tokens (such as `<|end|>`) as these tokens; right
  ///   for rendered chat templates, wrong for text that a user controls
  /// @return the ids, empty for an empty text without `addSpecial`
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /// Decodes a whole text.
  ///
  /// Bytes that are not UTF-8 become U+FFFD. A SentencePiece vocabulary that puts a space in front
  /// of every text (`tokenizer.ggml.add_space_prefix`) loses that one space again here, so that
  /// decoding undoes encoding. No other clean-up of spaces takes place.
  ///
  /// @param skipSpecial leave control and unknown tokens out instead of writing their text
  String decode(int[] ids, boolean skipSpecial);

  /// A decoder for a whole text, token by token: its pieces joined equal [#decode].
  ///
  /// For text that a model generates after a prompt use [#continuation].
  StreamingDecoder streaming(boolean skipSpecial);

  /// A decoder for text that continues other text, such as what a model generates after its prompt.
  ///
  /// It differs from [#streaming] in one point: a leading space stays, because there it separates
  /// the first generated word from the prompt (as in llama.cpp's server and in vLLM).
  StreamingDecoder continuation(boolean skipSpecial);

  /// The number of ids.
  int vocabularySize();

  /// The id that begins a text, or -1 if the model has none.
  int bos();

  /// The id that ends a text, or -1 if the model has none.
  int eos();

  /// Whether generation ends with this id: end of text, of turn or of message.
  boolean isEndOfGeneration(int id);

  /// Every id for which [#isEndOfGeneration] holds, ascending.
  int[] endOfGenerationIds();

  /// Whether this id is a control token, which stands for no text.
  boolean isControl(int id);

  /// The bytes that a token adds to a text, not necessarily whole characters; none for control and
  /// unknown tokens.
  byte[] bytes(int id);

  /// The same, with control and unknown tokens giving their text in UTF-8 if `special`.
  byte[] bytes(int id, boolean special);

  /// The token as the vocabulary spells it, for example `▁time` or `Ġtime`.
  String piece(int id);

  /// The id of a token as the vocabulary spells it, or -1.
  int idOf(String piece);
}
