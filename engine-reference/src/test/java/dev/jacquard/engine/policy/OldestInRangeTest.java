package dev.jacquard.engine.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Sets that share what they have in common, and the groups of costs, against a look at every entry
/// and the logarithm itself.
class OldestInRangeTest {
  private static final int IDS = 60;

  private record Entry(double major, int minor, int id, int key) {}

  @Test
  void setsThatWereSharedAnswerLikeAScanAndNeverSeeEachOther() {
    for (int seed = 0; seed < 200; seed++) {
      try {
        live(new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("new Random(" + seed + "): " + e.getMessage(), e);
      }
    }
  }

  private static void live(Random random) {
    Ranks ranks = new Ranks();
    for (int id = 0; id < IDS; id++) {
      ranks.set(id, 0, random.nextInt(5), random.nextInt(3));
    }
    Comparator<Entry> age =
        Comparator.comparingInt(Entry::key)
            .thenComparing((a, b) -> a.id() == b.id() ? 0 : ranks.older(a.id(), b.id()) ? -1 : 1);
    OldestInRange sets = new OldestInRange(ranks);
    List<Integer> roots = new ArrayList<>(List.of(OldestInRange.EMPTY));
    List<List<Entry>> expected = new ArrayList<>(List.of(new ArrayList<>()));
    for (int step = 0; step < 600; step++) {
      int set = random.nextInt(roots.size());
      List<Entry> entries = expected.get(set);
      int id = random.nextInt(IDS);
      Entry known = entries.stream().filter(e -> e.id() == id).findAny().orElse(null);
      if (random.nextInt(30) == 0 && roots.size() < 5) {
        roots.add(sets.share(roots.get(set)));
        expected.add(new ArrayList<>(entries));
      } else if (known == null) {
        Entry entry = new Entry(random.nextInt(3), random.nextInt(20), id, random.nextInt(2));
        entries.add(entry);
        roots.set(set, sets.add(roots.get(set), entry.major(), entry.minor(), id, entry.key()));
      } else if (random.nextBoolean()) {
        entries.remove(known);
        roots.set(set, sets.remove(roots.get(set), known.major(), known.minor(), id));
      }
      for (int asked = 0; asked < roots.size(); asked++) {
        int root = roots.get(asked);
        double major = random.nextInt(3);
        int from = random.nextInt(20);
        int to = random.nextInt(5) == 0 ? Integer.MAX_VALUE : from + random.nextInt(20);
        int oldest = sets.oldest(root, major, from, to);
        assertEquals(
            expected.get(asked).stream()
                .filter(e -> e.major() == major && e.minor() >= from && e.minor() < to)
                .min(age)
                .map(Entry::id)
                .orElse(-1),
            oldest == OldestInRange.EMPTY ? -1 : sets.sequence(oldest),
            "oldest of set " + asked + " at " + major + " in [" + from + ", " + to + ")");
        int first = sets.from(root, major, from);
        assertEquals(
            expected.get(asked).stream()
                .filter(e -> e.major() > major || (e.major() == major && e.minor() >= from))
                .min(
                    Comparator.comparingDouble(Entry::major)
                        .thenComparingInt(Entry::minor)
                        .thenComparingInt(Entry::id))
                .map(Entry::id)
                .orElse(-1),
            first == OldestInRange.EMPTY ? -1 : sets.sequence(first),
            "first of set " + asked + " from " + major + ", " + from);
      }
    }
    for (int set = 0; set < roots.size(); set++) {
      for (Entry entry : expected.get(set)) {
        roots.set(set, sets.remove(roots.get(set), entry.major(), entry.minor(), entry.id()));
      }
    }
    assertEquals(0, sets.size(), "entries in use when all sets are empty");
  }

  @Test
  void groupsOfCostsAgreeWithTheLogarithmAndWithTheirEnds() {
    for (int chunk : new int[] {1, 7, 16, 512, 2_048}) {
      AgedCosts costs = new AgedCosts(16, chunk, chunk / 8.0, 1);
      for (double weight : new double[] {0.125, 0.3, 1, 1.7, 8}) {
        for (int matched : new int[] {0, 1, 900}) {
          for (int missing = 0; missing < 150_000; missing += 1 + missing / 500) {
            int length = missing + 16 * matched;
            double cost = Math.max(chunk, missing) / weight;
            double octaves = 4 * Math.log(cost / (chunk / 8.0)) / Math.log(2);
            int group = costs.group(weight, length, matched);
            String where = missing + " missing, weight " + weight + ", chunk " + chunk;
            assertEquals((int) Math.clamp(Math.floor(octaves), 0, 95), group, where);
            int end = costs.end(weight, group, matched);
            assertEquals(group, costs.group(weight, end - 1, matched), "before the end, " + where);
            assertTrue(
                group == 95 || costs.group(weight, end, matched) > group, "at the end, " + where);
          }
        }
      }
    }
  }
}
