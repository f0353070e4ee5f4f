package dev.jacquard.engine.output;

import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.request.FinishReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of one answer.
///
/// @param index which answer of the request
/// @param text text that is complete now, often empty
/// @param tokenIds tokens that came with it
/// @param logprobs one entry a token when they were asked for, else empty
/// @param finish why the answer ended, NONE in all chunks but the last
/// @param stopReason the stop string, or the stop token as text, that ended it, or null
public record TextChunk(
    int index,
    String text,
    List<Integer> tokenIds,
    List<TokenLogprobs> logprobs,
    FinishReason finish,
    @Nullable String stopReason) {
  /// Copies the lists.
  public TextChunk {
    tokenIds = List.copyOf(tokenIds);
    logprobs = List.copyOf(logprobs);
  }
}
