package dev.jacquard.engine.output;

import dev.jacquard.engine.token.StreamingDecoder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes the text of one answer, token by token, and finds stop strings in it. Text that may turn out to be the beginning of a stop string is held back. One thread.
public final class TextAssembler {
  private final StreamingDecoder decoder;
  private final List<String> stops;
  private final boolean includeStop;
  private final int minTokens;
  private final StringBuilder held = new StringBuilder();
  private int tokens;
  private @Nullable String stop;

  /// @param minTokens tokens before a stop string counts
  public TextAssembler(
      StreamingDecoder decoder, List<String> stops, boolean includeStop, int minTokens) {
    this.decoder = decoder;
    this.stops = stops;
    this.includeStop = includeStop;
    this.minTokens = minTokens;
  }

  /// Adds a token and returns the text that is certain now. After a stop string was found nothing more may be added.
  public String append(int token) {
    tokens++;
    held.append(decoder.append(token));
    return release(false);
  }

  /// Ends the answer and returns the rest of the text.
  public String finish() {
    held.append(decoder.finish());
    return release(true);
  }

  /// The stop string that was found, or null.
  public @Nullable String stop() {
    return stop;
  }

  private String release(boolean all) {
    if (stop != null) {
      return "";
    }
    if (tokens >= minTokens) {
      int first = -1;
      for (String candidate : stops) {
        int at = held.indexOf(candidate);
        if (at >= 0 && (first < 0 || at < first)) {
          first = at;
          stop = candidate;
        }
      }
      if (stop != null) {
        return held.substring(0, includeStop ? first + stop.length() : first);
      }
    }
    int keep = all ? 0 : possibleStart();
    String out = held.substring(0, held.length() - keep);
    held.delete(0, held.length() - keep);
    return out;
  }

  /// Length of the longest end of the text that a stop string begins with.
  private int possibleStart() {
    int longest = 0;
    for (String candidate : stops) {
      for (int n = Math.min(candidate.length() - 1, held.length()); n > longest; n--) {
        if (candidate.startsWith(held.substring(held.length() - n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
