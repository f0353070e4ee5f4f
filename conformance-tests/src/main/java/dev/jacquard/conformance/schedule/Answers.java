package dev.jacquard.conformance.schedule;

import dev.jacquard.conformance.schedule.Stage.Launched;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.schedule.StepResults;
import java.util.Arrays;

/// What the engine makes of the logits of a completed step: tokens, verified guesses, and ends.
final class Answers {
  private static final int STOPS = 23;

  private final Ghost ghost;

  /// Whether sequences end before their length by a token.
  boolean stops;

  Answers(Ghost ghost) {
    this.ghost = ghost;
  }

  /// Guesses the next tokens of a sequence, the first `right` of them rightly.
  void draft(DrivenSequence sequence, int count, int right) {
    int[] guesses = new int[count];
    for (int i = 0; i < count; i++) {
      // what the model draws next is known once the guesses before it are there
      sequence.draft(Arrays.copyOf(guesses, i));
      guesses[i] = ghost.next(sequence, sequence.length() + i) + (i < right ? 0 : 1);
    }
    sequence.draft(guesses);
  }

  /// The output of a row is known.
  void settle(Launched step, int row, DrivenSequence sequence, StepResults results) {
    int accepted = 1;
    if (sequence.drafted() > 0) {
      int[] right = new int[sequence.drafted() + 1];
      int from = sequence.length();
      accepted = 0;
      // guess i is right if the tokens before it and its own are what the model draws
      do {
        right[accepted] = ghost.next(sequence, from + accepted);
        accepted++;
      } while (accepted <= sequence.drafted()
          && right[accepted - 1] == sequence.deviceToken(from + accepted - 1)
          && from + accepted < sequence.maxLength());
      sequence.verified(Arrays.copyOf(right, accepted));
    } else {
      int end = step.plan().firstPosition(row) + step.plan().tokenCount(row);
      if (end < sequence.length()) {
        results.set(row, 0, FinishReason.NONE); // log-probabilities of the prompt
        return;
      }
      sequence.settle();
    }
    boolean full = sequence.length() >= sequence.maxLength();
    boolean stopped = stops && !full && sequence.token(sequence.length() - 1) % STOPS == STOPS - 1;
    if (full || stopped) {
      sequence.ended = true;
      sequence.endedIn = step.number();
    }
    results.set(
        row,
        accepted,
        full ? FinishReason.LENGTH : stopped ? FinishReason.STOP : FinishReason.NONE);
  }
}
