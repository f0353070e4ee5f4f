package dev.jacquard.engine;

import dev.jacquard.spi.request.RequestHints;
import dev.jacquard.spi.request.SamplingParams;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What to generate. Immutable; build one with [#prompt(String)] or [#tokens(List)].
///
/// @param text the prompt as text, or null when tokens are given
/// @param tokens the prompt as token ids, taken as they are; empty when text is given
/// @param addSpecialTokens whether the text gets the model's BOS
/// @param parseSpecialTokens whether control tokens are recognised in the text; right for rendered chats, wrong for text of users
/// @param id what the client calls it, or null for a fresh one
/// @param priority lower runs first where the scheduler looks at it
/// @param deadline after which it is aborted, or null
/// @param tenant who asks, `""` for nobody in particular
/// @param cacheSalt requests of different salts share no cache, `""` for none
public record GenerationRequest(
    @Nullable String text,
    List<Integer> tokens,
    boolean addSpecialTokens,
    boolean parseSpecialTokens,
    @Nullable String id,
    SamplingParams sampling,
    int priority,
    @Nullable Duration deadline,
    String tenant,
    String cacheSalt,
    RequestHints hints) {
  /// Copies the tokens.
  public GenerationRequest {
    tokens = List.copyOf(tokens);
    Objects.requireNonNull(sampling, "sampling is null");
  }

  /// A request for the continuation of a text.
  public static Builder prompt(String text) {
    return new Builder(text, List.of());
  }

  /// A request for the continuation of tokens.
  public static Builder tokens(List<Integer> tokens) {
    return new Builder(null, tokens);
  }

  /// Collects values; every setter returns this.
  public static final class Builder {
    private final @Nullable String text;
    private final List<Integer> tokens;
    private boolean addSpecialTokens = true;
    private boolean parseSpecialTokens;
    private @Nullable String id;
    private SamplingParams sampling = SamplingParams.builder().build();
    private int priority;
    private @Nullable Duration deadline;
    private String tenant = "";
    private String cacheSalt = "";
    private RequestHints hints = RequestHints.NONE;

    private Builder(@Nullable String text, List<Integer> tokens) {
      this.text = text;
      this.tokens = tokens;
    }

    /// How tokens are chosen; vLLM's defaults otherwise.
    public Builder sampling(SamplingParams value) {
      sampling = value;
      return this;
    }

    /// Whether the text gets the model's BOS; true unless set.
    public Builder addSpecialTokens(boolean value) {
      addSpecialTokens = value;
      return this;
    }

    /// Whether control tokens are recognised in the text; false unless set.
    public Builder parseSpecialTokens(boolean value) {
      parseSpecialTokens = value;
      return this;
    }

    /// What the client calls the request.
    public Builder id(String value) {
      id = value;
      return this;
    }

    /// Lower runs first.
    public Builder priority(int value) {
      priority = value;
      return this;
    }

    /// Aborts the request when this much time has passed since its submission.
    public Builder deadline(Duration value) {
      deadline = value;
      return this;
    }

    /// Who asks.
    public Builder tenant(String value) {
      tenant = value;
      return this;
    }

    /// Keeps the request's cache apart from that of other salts.
    public Builder cacheSalt(String value) {
      cacheSalt = value;
      return this;
    }

    /// Fields that plugins read.
    public Builder hints(RequestHints value) {
      hints = value;
      return this;
    }

    /// Builds.
    public GenerationRequest build() {
      return new GenerationRequest(
          text,
          tokens,
          addSpecialTokens,
          parseSpecialTokens,
          id,
          sampling,
          priority,
          deadline,
          tenant,
          cacheSalt,
          hints);
    }
  }
}
