package dev.jacquard.engine.cli;

import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.request.SamplingParams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How `complete` and `chat` choose tokens.
final class SamplingOptions {
  @Option(
      names = "--max-tokens",
      defaultValue = "128",
      description = "Most generated tokens (128).")
  int maxTokens;

  @Option(names = "--temperature", defaultValue = "0.8", description = "0 is greedy (0.8).")
  double temperature;

  @Option(names = "--top-p", defaultValue = "0.95", description = "Nucleus (0.95).")
  double topP;

  @Option(names = "--top-k", defaultValue = "40", description = "Candidates, 0 for all (40).")
  int topK;

  @Option(
      names = "--min-p",
      defaultValue = "0",
      description = "Least probability relative to the best (0).")
  double minP;

  @Option(names = "--repetition-penalty", defaultValue = "1", description = "1 is none (1).")
  double repetitionPenalty;

  @Option(names = "--sampling-seed", description = "Seed of the draws.")
  @Nullable Long samplingSeed;

  @Option(names = "--stop", description = "String that ends the answer; may be repeated.")
  @Nullable List<String> stop;

  SamplingParams toParams() {
    SamplingParams.Builder params =
        SamplingParams.builder()
            .maxTokens(maxTokens)
            .temperature(temperature)
            .topP(topP)
            .topK(topK)
            .minP(minP)
            .repetitionPenalty(repetitionPenalty)
            .stop(stop == null ? List.of() : stop);
    if (samplingSeed != null) {
      params.seed(samplingSeed);
    }
    try {
      return params.build();
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("--" + String.valueOf(e.getMessage()).replace('_', '-'), e);
    }
  }
}
