package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.request.RequestInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request on its way through the naive host. The caller's thread until it is served, then the host's.
final class NaiveRequest {
  private final Ask ask;
  private @Nullable RequestInfo info;
  private @Nullable NaiveSequence sequence;
  private @Nullable Answer answer;
  private boolean planned;

  NaiveRequest(Ask ask) {
    this.ask = ask;
  }

  Ask ask() {
    return ask;
  }

  void read(RequestInfo known) {
    info = known;
  }

  RequestInfo info() {
    return Objects.requireNonNull(info, "the request was not read");
  }

  /// Enters the engine under an id.
  void enter(int id, RequestInfo known, int blockSize) {
    int[] prompt = ask.prompt().stream().mapToInt(Integer::intValue).toArray();
    sequence =
        new NaiveSequence(id, 0, known, prompt, prompt.length + ask.maxTokens(), blockSize, -1);
  }

  NaiveSequence sequence() {
    return Objects.requireNonNull(sequence, "the request has not entered");
  }

  boolean planned() {
    return planned;
  }

  void markPlanned() {
    planned = true;
  }

  boolean ended() {
    return answer != null;
  }

  void end(Answer what) {
    if (answer == null) {
      answer = what;
    }
  }

  /// All tokens generated so far.
  List<Integer> generated() {
    List<Integer> tokens = new ArrayList<>();
    for (int i = sequence().promptLength(); i < sequence().length(); i++) {
      tokens.add(sequence().token(i));
    }
    return tokens;
  }

  Answer answer() {
    return Objects.requireNonNull(answer, "the request has not ended");
  }
}
