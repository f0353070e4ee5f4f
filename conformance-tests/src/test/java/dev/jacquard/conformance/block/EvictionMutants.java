package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingEvictionPolicy;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Eviction policies with one bug each.
final class EvictionMutants {
  private EvictionMutants() {}

  static List<Mutant<EvictionUnderTest>> all() {
    return List.of(
        mutant(Rule.EVP_1, "one order for both tiers", c -> new OneOrder(), "other tier"),
        mutant(
            Rule.EVP_1,
            "keeps a moved block under its old id",
            c -> new ForgetsMoves(c.deviceBlocks()),
            "taken back"),
        mutant(
            Rule.EVP_1,
            "a sorted set whose keys grow with hits while blocks are in it",
            c -> new ChangingRanks(c.deviceBlocks()),
            "taken back"),
        mutant(
            Rule.EVP_2,
            "protects what was used within the last minute",
            c -> new ProtectsRecent(plain(c)),
            "answered -1"),
        mutant(
            Rule.EVP_2,
            "pins blocks of important requests",
            c -> new PinsImportant(plain(c)),
            "answered -1"),
        mutant(
            Rule.EVP_2,
            "loses a block that comes back in a younger place",
            c -> new LosesReturning(plain(c)),
            "answered -1"),
        mutant(Rule.EVP_3, "names a block once", c -> new NamesOnce(c.deviceBlocks()), "answered"),
        mutant(
            Rule.EVP_3,
            "what is told twice is there twice",
            c -> new CountsTwice(c.deviceBlocks()),
            "taken back"),
        mutant(
            Rule.EVP_3,
            "keeps the place of the first telling",
            c -> new KeepsPlace(c.deviceBlocks()),
            "told again"),
        mutant(
            Rule.EVP_4,
            "draws lots without a seed",
            c -> new Lots(c.deviceBlocks(), new Random()),
            "two policies"),
        mutant(
            Rule.EVP_4,
            "breaks ties by the identity of requests",
            c -> new ByIdentity(c.deviceBlocks()),
            "two policies"),
        mutant(
            Rule.EVP_5,
            "searches all blocks for the oldest",
            c -> new Scans(c.deviceBlocks(), c.hostBlocks()),
            "times as much"),
        mutant(
            Rule.EVP_5,
            "walks a sorted list to insert late parents",
            c -> new SortedList(c.deviceBlocks()),
            "times as much"),
        mutant(Rule.EVP_6, "boxes ids", c -> new CountsTwice(c.deviceBlocks()), "evictable, about"),
        mutant(
            Rule.EVP_7,
            "demote knows evictable blocks only",
            c -> new DemotesKnown(plain(c)),
            "demote("),
        mutant(
            Rule.EVP_7,
            "prefetches what it demoted last, there or not",
            c -> new PrefetchesLast(plain(c)),
            "not a cached host block"),
        mutant(
            Rule.EVP_9,
            "counts blocks with the manager",
            EvictionMutants::callsBack,
            "called availableBlocks of the manager"),
        mutant(
            Rule.EVP_11,
            "a place for device blocks only",
            c -> new DeviceOnly(c.deviceBlocks()),
            "threw"),
        mutant(
            Rule.EVP_11,
            "divides by the host blocks",
            c -> new Divides(plain(c), c.hostBlocks()),
            "with 1 device and 0 host blocks"),
        mutant(Rule.EVP_11, "one policy for all", new OneForAll(), "does not begin empty"));
  }

  private static Mutant<EvictionUnderTest> mutant(
      Rule rule, String name, EvictionUnderTest subject, String phrase) {
    return new Mutant<>(rule, name, subject, phrase);
  }

  private static EvictionPolicy plain(BlockSpaceContext context) {
    return new PlainEviction(context.deviceBlocks());
  }

  private static final class OneOrder extends ForwardingEvictionPolicy {
    OneOrder() {
      super(new PlainEviction(Integer.MAX_VALUE));
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return to.victim(Tier.DEVICE, stillNeeded, now);
    }

    @Override
    public int prefetch(long now) {
      return -1;
    }
  }

  private static final class ForgetsMoves extends ForwardingEvictionPolicy {
    private final int deviceBlocks;

    ForgetsMoves(int deviceBlocks) {
      super(new PlainEviction(deviceBlocks));
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void moved(int from, int target) {
      if (from < deviceBlocks) {
        to.evictable(from, 0);
      }
    }
  }

  /// Looks right at first sight: `remove` does not find a block whose key is another by now.
  private static final class ChangingRanks implements EvictionPolicy {
    private final int deviceBlocks;
    private final Map<Integer, Integer> hits = new HashMap<>();
    private final TreeSet<Integer> order =
        new TreeSet<>(
            Comparator.comparing((Integer b) -> hits.getOrDefault(b, 0)).thenComparing(b -> b));

    ChangingRanks(int deviceBlocks) {
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      hits.put(block, 0);
      hits.merge(parent, 1, Integer::sum);
    }

    @Override
    public void removed(int block, long hash) {
      hits.remove(block);
    }

    @Override
    public void moved(int from, int to) {
      hits.put(to, hits.getOrDefault(from, 0));
    }

    @Override
    public void evictable(int block, long lastUse) {
      order.add(block);
    }

    @Override
    public void unevictable(int block) {
      hits.merge(block, 1, Integer::sum);
      order.remove(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return order.stream()
          .filter(b -> b < deviceBlocks == (tier == Tier.DEVICE))
          .findFirst()
          .orElse(-1);
    }
  }

  private static final class ProtectsRecent extends ForwardingEvictionPolicy {
    private static final long MINUTE = 60_000_000_000L;
    private final Map<Integer, Long> used = new HashMap<>();

    ProtectsRecent(EvictionPolicy to) {
      super(to);
    }

    @Override
    public void evictable(int block, long lastUse) {
      used.put(block, lastUse);
      to.evictable(block, lastUse);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      int block = to.victim(tier, stillNeeded, now);
      return block >= 0 && now - used.getOrDefault(block, 0L) < MINUTE ? -1 : block;
    }
  }

  private static final class PinsImportant extends ForwardingEvictionPolicy {
    private final Set<Integer> pinned = new HashSet<>();

    PinsImportant(EvictionPolicy to) {
      super(to);
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      if (sequence.request().priority() < 0) {
        pinned.add(block);
      } else {
        pinned.remove(block);
      }
    }

    @Override
    public void evictable(int block, long lastUse) {
      if (!pinned.contains(block)) {
        to.evictable(block, lastUse);
      }
    }
  }

  private static final class LosesReturning extends ForwardingEvictionPolicy {
    private final Map<Integer, Long> used = new HashMap<>();

    LosesReturning(EvictionPolicy to) {
      super(to);
    }

    @Override
    public void evictable(int block, long lastUse) {
      Long before = used.put(block, lastUse);
      if (before == null || before != lastUse) {
        to.evictable(block, lastUse);
      }
    }
  }

  private static final class NamesOnce extends ForwardingEvictionPolicy {
    NamesOnce(int deviceBlocks) {
      super(new PlainEviction(deviceBlocks));
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      int block = to.victim(tier, stillNeeded, now);
      if (block >= 0) {
        to.unevictable(block);
      }
      return block;
    }
  }

  private static final class CountsTwice implements EvictionPolicy {
    private final int deviceBlocks;
    private final Deque<Integer> device = new ArrayDeque<>();
    private final Deque<Integer> host = new ArrayDeque<>();

    CountsTwice(int deviceBlocks) {
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void evictable(int block, long lastUse) {
      (block < deviceBlocks ? device : host).add(block);
    }

    @Override
    public void unevictable(int block) {
      (block < deviceBlocks ? device : host).remove(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      Integer first = (tier == Tier.DEVICE ? device : host).peek();
      return first == null ? -1 : first;
    }
  }

  private static final class KeepsPlace implements EvictionPolicy {
    private final int deviceBlocks;
    private final List<Integer> order = new ArrayList<>();
    private final Set<Integer> there = new HashSet<>();

    KeepsPlace(int deviceBlocks) {
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void evictable(int block, long lastUse) {
      there.add(block);
      if (!order.contains(block)) {
        order.add(block);
      }
    }

    @Override
    public void unevictable(int block) {
      there.remove(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return order.stream()
          .filter(b -> there.contains(b) && b < deviceBlocks == (tier == Tier.DEVICE))
          .findFirst()
          .orElse(-1);
    }
  }

  private static class Lots implements EvictionPolicy {
    private final int deviceBlocks;
    private final Random random;
    private final TreeSet<Integer> there = new TreeSet<>();

    Lots(int deviceBlocks, Random random) {
      this.deviceBlocks = deviceBlocks;
      this.random = random;
    }

    @Override
    public void evictable(int block, long lastUse) {
      there.add(block);
    }

    @Override
    public void unevictable(int block) {
      there.remove(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      List<Integer> blocks =
          there.stream().filter(b -> b < deviceBlocks == (tier == Tier.DEVICE)).toList();
      return blocks.isEmpty() ? -1 : blocks.get(random.nextInt(blocks.size()));
    }
  }

  private static final class ByIdentity implements EvictionPolicy {
    private final int deviceBlocks;
    private final Map<Integer, Integer> owner = new HashMap<>();
    private final Set<Integer> there = new HashSet<>();

    ByIdentity(int deviceBlocks) {
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      owner.put(block, System.identityHashCode(sequence.request()));
    }

    @Override
    public void evictable(int block, long lastUse) {
      there.add(block);
    }

    @Override
    public void unevictable(int block) {
      there.remove(block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      return there.stream()
          .filter(b -> b < deviceBlocks == (tier == Tier.DEVICE))
          .min(Comparator.comparing(b -> owner.getOrDefault(b, 0)))
          .orElse(-1);
    }
  }

  private static final class Scans implements EvictionPolicy {
    private final int deviceBlocks;
    private final long[] used;

    Scans(int deviceBlocks, int hostBlocks) {
      this.deviceBlocks = deviceBlocks;
      used = new long[deviceBlocks + hostBlocks];
    }

    @Override
    public void evictable(int block, long lastUse) {
      used[block] = lastUse + 1;
    }

    @Override
    public void unevictable(int block) {
      used[block] = 0;
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      int from = tier == Tier.DEVICE ? 0 : deviceBlocks;
      int end = tier == Tier.DEVICE ? deviceBlocks : used.length;
      int oldest = -1;
      for (int block = from; block < end; block++) {
        if (used[block] > 0 && (oldest < 0 || used[block] < used[oldest])) {
          oldest = block;
        }
      }
      return oldest;
    }
  }

  private static final class SortedList implements EvictionPolicy {
    private record Entry(int block, long lastUse) {}

    private final int deviceBlocks;
    private final List<Entry> device = new ArrayList<>();
    private final List<Entry> host = new ArrayList<>();

    SortedList(int deviceBlocks) {
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void evictable(int block, long lastUse) {
      unevictable(block);
      List<Entry> entries = block < deviceBlocks ? device : host;
      int at = entries.size();
      while (at > 0 && entries.get(at - 1).lastUse > lastUse) {
        at--;
      }
      entries.add(at, new Entry(block, lastUse));
    }

    @Override
    public void unevictable(int block) {
      List<Entry> entries = block < deviceBlocks ? device : host;
      for (int i = entries.size() - 1; i >= 0; i--) {
        if (entries.get(i).block == block) {
          entries.remove(i);
        }
      }
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      List<Entry> entries = tier == Tier.DEVICE ? device : host;
      return entries.isEmpty() ? -1 : entries.getFirst().block;
    }
  }

  private static final class DemotesKnown extends ForwardingEvictionPolicy {
    private final Map<Integer, Long> used = new HashMap<>();

    DemotesKnown(EvictionPolicy to) {
      super(to);
    }

    @Override
    public void evictable(int block, long lastUse) {
      used.put(block, lastUse);
      to.evictable(block, lastUse);
    }

    @Override
    public void unevictable(int block) {
      used.remove(block);
      to.unevictable(block);
    }

    @Override
    public boolean demote(int block) {
      Long lastUse = used.get(block);
      if (lastUse == null) {
        throw new IllegalArgumentException("block " + block + " is not evictable");
      }
      return lastUse > 0;
    }
  }

  private static final class PrefetchesLast extends ForwardingEvictionPolicy {
    private int last = -1;

    PrefetchesLast(EvictionPolicy to) {
      super(to);
    }

    @Override
    public void moved(int from, int target) {
      last = Math.max(from, target);
    }

    @Override
    public int prefetch(long now) {
      return last;
    }
  }

  private static final class CallsBack extends ForwardingEvictionPolicy {
    private @Nullable BlockSpaceManager manager;

    CallsBack(EvictionPolicy to) {
      super(to);
    }

    @Override
    public void evictable(int block, long lastUse) {
      if (manager != null && manager.availableBlocks(Tier.DEVICE) > 0) {
        to.evictable(block, lastUse);
      } else {
        to.evictable(block, lastUse + 1);
      }
    }
  }

  private static EvictionPolicy callsBack(BlockSpaceContext context) {
    CallsBack policy = new CallsBack(plain(context));
    policy.manager = context.paged(policy);
    return policy;
  }

  private static final class DeviceOnly extends ForwardingEvictionPolicy {
    private final long[] used;

    DeviceOnly(int deviceBlocks) {
      super(new PlainEviction(deviceBlocks));
      used = new long[deviceBlocks];
    }

    @Override
    public void evictable(int block, long lastUse) {
      used[block] = lastUse;
      to.evictable(block, lastUse);
    }
  }

  private static final class Divides extends ForwardingEvictionPolicy {
    private final int hostBlocks;
    private int hand;

    Divides(EvictionPolicy to, int hostBlocks) {
      super(to);
      this.hostBlocks = hostBlocks;
    }

    @Override
    public boolean demote(int block) {
      return hand % hostBlocks >= 0;
    }

    @Override
    public int prefetch(long now) {
      hand = (hand + 1) % hostBlocks;
      return to.prefetch(now);
    }
  }

  private static final class OneForAll implements EvictionUnderTest {
    private final Map<Integer, EvictionPolicy> policies = new TreeMap<>();

    @Override
    public EvictionPolicy create(BlockSpaceContext context) {
      return policies.computeIfAbsent(context.deviceBlocks(), PlainEviction::new);
    }
  }
}
