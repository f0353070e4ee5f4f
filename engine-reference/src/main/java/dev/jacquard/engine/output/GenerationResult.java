package dev.jacquard.engine.output;

import java.util.List;

/// Everything a request produced.
///
/// @param id the request's id
/// @param promptTokenIds the prompt as the model read it
/// @param completions the answers, by index
public record GenerationResult(
    String id,
    List<Integer> promptTokenIds,
    List<Completion> completions,
    Usage usage,
    Timings timings) {
  /// Copies the lists.
  public GenerationResult {
    promptTokenIds = List.copyOf(promptTokenIds);
    completions = List.copyOf(completions);
  }

  /// The first answer's text.
  public String text() {
    return completions.getFirst().text();
  }

  /// Tokens read and written.
  ///
  /// @param cachedTokens prompt tokens found in the cache
  public record Usage(int promptTokens, int completionTokens, int cachedTokens) {
    /// Both together.
    public int totalTokens() {
      return promptTokens + completionTokens;
    }
  }

  /// How long it took, in seconds.
  ///
  /// @param queueSeconds until the first step that computed some of it
  /// @param firstTokenSeconds until the first token (TTFT)
  /// @param totalSeconds until the last token
  public record Timings(double queueSeconds, double firstTokenSeconds, double totalSeconds) {}
}
