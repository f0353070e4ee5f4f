package dev.jacquard.engine.model.config;

import java.util.List;

/// How the rotary frequencies of a model were changed to reach a longer context.
public sealed interface RopeScaling {

  /// Not at all.
  record None() implements RopeScaling {}

  /// Every frequency is divided by `factor` (position interpolation).
  record Linear(double factor) implements RopeScaling {
    public Linear {
      positive(factor, "factor");
    }
  }

  /// Llama 3.1: low frequencies divided by `factor`, high ones kept, a blend between.
  ///
  /// @param lowFactor `low_freq_factor`
  /// @param highFactor `high_freq_factor`, larger than `lowFactor`
  /// @param originalContext context length before the extension, in tokens
  record Llama3(double factor, double lowFactor, double highFactor, int originalContext)
      implements RopeScaling {
    public Llama3 {
      positive(factor, "factor");
      positive(lowFactor, "low_freq_factor");
      positive(originalContext, "original_max_position_embeddings");
      if (!(highFactor > lowFactor) || highFactor > 1e9) {
        throw new IllegalArgumentException(
            "high_freq_factor " + highFactor + " must exceed low_freq_factor " + lowFactor);
      }
    }
  }

  /// One divisor per frequency, as GGUF stores any such scheme in `rope_freqs.weight`.
  record Divisors(List<Float> values) implements RopeScaling {
    public Divisors {
      values = List.copyOf(values);
      for (float value : values) {
        positive(value, "rope_freqs.weight");
      }
    }
  }

  private static void positive(double value, String name) {
    if (!(value > 0) || value > 1e9) {
      throw new IllegalArgumentException(
          "rope scaling " + name + " is " + value + ", should be positive and at most 1e9");
    }
  }
}
