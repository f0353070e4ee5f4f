package dev.jacquard.conformance.host;

import dev.jacquard.spi.error.RequestRejectedException;
import dev.jacquard.spi.request.FinishReason;
import java.util.List;

/// What became of a request.
public sealed interface Answer {
  /// It was served.
  record Served(List<Integer> tokens, FinishReason finish) implements Answer {
    /// Copies the tokens.
    public Served {
      tokens = List.copyOf(tokens);
    }
  }

  /// The client is told to change the request.
  record Refused(RequestRejectedException why) implements Answer {}

  /// The host failed it.
  record Failed(Throwable why) implements Answer {}
}
