package dev.jacquard.engine.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The heap against the definition: merge the best pair, leftmost first, until none is left.
class MergeChainTest {

  @Test
  void theHeapMergesInTheOrderOfTheDefinition() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 3000; round++) {
      int letters = 1 + random.nextInt(4);
      int[] ids = random.ints(1 + random.nextInt(40), 0, letters).toArray();
      int salt = random.nextInt();
      MergeChain chain = new MergeChain();
      for (int id : ids) {
        chain.add(1, id);
      }
      chain.merge((c, left, right) -> rule(salt, c.id(left), c.id(right)));
      List<Integer> found = new ArrayList<>();
      for (int symbol = chain.first(); symbol >= 0; symbol = chain.next(symbol)) {
        found.add(chain.id(symbol));
      }
      assertEquals(naive(salt, ids), found, () -> "seed " + seed + "L");
    }
  }

  /// About half of all pairs merge, with few priorities so that there are ties.
  private static long rule(int salt, int left, int right) {
    int hash = ((salt * 31 + left) * 31 + right) * 0x9E3779B9;
    if ((hash & 0x10000) != 0) {
      return -1;
    }
    return ((long) ((hash >>> 20) & 7) << 32) | ((hash >>> 24) & 0xF);
  }

  private static List<Integer> naive(int salt, int[] ids) {
    List<Integer> symbols = new ArrayList<>();
    for (int id : ids) {
      symbols.add(id);
    }
    while (true) {
      int best = -1;
      long bestRule = Long.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        long rule = rule(salt, symbols.get(i), symbols.get(i + 1));
        if (rule >= 0 && rule >>> 32 < bestRule >>> 32) {
          best = i;
          bestRule = rule;
        }
      }
      if (best < 0) {
        return symbols;
      }
      symbols.set(best, (int) bestRule);
      symbols.subList(best + 1, best + 2).clear();
    }
  }
}
