package dev.jacquard.engine.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Finds the tokens that end a turn by how they are spelled: many files name only one of them.
final class EndTokens {
  private static final List<String> END_OF_TURN =
      List.of("<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>");
  private static final Set<String> ENDS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<end_of_turn>",
          "<|eom_id|>",
          "<|endoftext|>",
          "<|end_of_text|>");

  private EndTokens() {}

  /// The end-of-turn token, or −1.
  static int endOfTurn(List<String> tokens, int[] types) {
    int best = END_OF_TURN.size();
    int found = -1;
    for (int id = 0; id < types.length; id++) {
      if (special(types[id])) {
        int rank = END_OF_TURN.indexOf(tokens.get(id));
        if (rank >= 0 && rank < best) {
          best = rank;
          found = id;
        }
      }
    }
    return found;
  }

  /// The ids given that are not negative, and those that are spelled like an end; ascending.
  static List<Integer> all(List<String> tokens, int[] types, List<Integer> given) {
    Set<Integer> ends = new TreeSet<>();
    for (int id : given) {
      if (id >= 0) {
        ends.add(id);
      }
    }
    for (int id = 0; id < types.length; id++) {
      if (special(types[id]) && ENDS.contains(tokens.get(id))) {
        ends.add(id);
      }
    }
    return new ArrayList<>(ends);
  }

  private static boolean special(int type) {
    return type == TokenizerSpec.CONTROL || type == TokenizerSpec.USER_DEFINED;
  }
}
