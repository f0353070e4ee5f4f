package dev.jacquard.engine.output;

import dev.jacquard.engine.sampling.TokenLogprobs;
import dev.jacquard.spi.request.FinishReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One whole answer.
///
/// @param index which answer of the request
/// @param tokenIds all generated tokens, an ending one included
/// @param logprobs one entry a token when they were asked for, else empty
/// @param stopReason the stop string, or the stop token as text, that ended it, or null
public record Completion(
    int index,
    String text,
    List<Integer> tokenIds,
    FinishReason finish,
    @Nullable String stopReason,
    List<TokenLogprobs> logprobs) {
  /// Copies the lists.
  public Completion {
    tokenIds = List.copyOf(tokenIds);
    logprobs = List.copyOf(logprobs);
  }
}
