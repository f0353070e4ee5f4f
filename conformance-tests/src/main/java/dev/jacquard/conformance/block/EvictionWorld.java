package dev.jacquard.conformance.block;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A cache in two tiers reduced to what a policy hears: chains of blocks are stored, found again,
/// demoted, promoted and evicted, in the order that EVP-10 promises. Time jumps, which the lives of
/// a naive engine do not do.
final class EvictionWorld {
  /// What one block caches.
  private static final class Content {
    final long hash;
    final @Nullable Content parent;
    final int depth;
    final int[] children = new int[2];
    int block;
    long lastUse;
    boolean evictable;
    boolean held;

    Content(long hash, @Nullable Content parent, int block) {
      this.hash = hash;
      this.parent = parent;
      this.block = block;
      depth = parent == null ? 0 : parent.depth + 1;
    }
  }

  private static final int MOST_PROMOTIONS = 4;

  private final EvictionPolicy policy;
  private final ManualClock clock;
  private final int deviceBlocks;
  private final @Nullable Content[] at;
  private long hashes;
  private long uses;
  private int sequences;

  /// An empty cache that asks `policy`.
  EvictionWorld(EvictionPolicy policy, ManualClock clock, int deviceBlocks, int hostBlocks) {
    this.policy = policy;
    this.clock = clock;
    this.deviceBlocks = deviceBlocks;
    at = new Content[deviceBlocks + hostBlocks];
  }

  private Tier tier(int block) {
    return block < deviceBlocks ? Tier.DEVICE : Tier.HOST;
  }

  /// A new sequence caches a chain of `length` blocks, as far as there is room, and ends.
  void store(int length, int priority, String tenant) {
    extend(sequence(priority, tenant), null, length);
  }

  private void extend(NaiveSequence sequence, @Nullable Content above, int length) {
    List<Content> held = new ArrayList<>();
    Content parent = above;
    for (Content c = above; c != null; c = c.parent) {
      held.add(c);
    }
    for (int i = 0; i < length; i++) {
      int block = take(Tier.DEVICE, length - i);
      if (block == -1) {
        break;
      }
      Content content = new Content(++hashes, parent, block);
      content.held = true;
      at[block] = content;
      if (parent != null) {
        parent.children[0]++;
      }
      held.add(content);
      policy.stored(
          sequence, block, parent == null ? -1 : parent.block, content.hash, content.depth);
      parent = content;
    }
    uses = Math.max(uses + 1, clock.nanos());
    held.sort((a, b) -> b.depth - a.depth);
    policy.released(sequence, ReleaseReason.FINISHED, held.isEmpty() ? -1 : held.getFirst().block);
    for (Content content : held) {
      content.held = false;
      content.lastUse = uses;
      refresh(content);
    }
  }

  /// A new sequence finds the chain that ends in the `pick`-th cached content, and adds
  /// `more` blocks to it.
  void reuse(int pick, int more, int priority, String tenant) {
    Content last = cached(pick);
    if (last == null) {
      return;
    }
    List<Content> chain = new ArrayList<>();
    for (Content c = last; c != null; c = c.parent) {
      if (at[c.block] != c || tier(c.block) == Tier.HOST) {
        return; // a part of it is gone or elsewhere
      }
      chain.addFirst(c);
    }
    for (Content c : chain) {
      c.held = true;
      refresh(c);
    }
    NaiveSequence sequence = sequence(priority, tenant);
    policy.opened(sequence, last.block, chain.size());
    for (Content c : chain) {
      policy.hit(sequence, c.block);
    }
    extend(sequence, last, more);
  }

  /// Gives up one block of `tier`; whether there was one.
  boolean evict(Tier tier, boolean mayDemote) {
    int block = policy.victim(tier, 1, clock.nanos());
    if (block == -1) {
      return false;
    }
    Content content = at[block];
    if (content == null) {
      throw new IllegalStateException("the judge let block " + block + " pass");
    }
    int place = -1;
    if (mayDemote && tier == Tier.DEVICE && at.length > deviceBlocks && policy.demote(block)) {
      content.held = true;
      refresh(content);
      place = take(Tier.HOST, 1);
      content.held = false;
    }
    if (place == -1) {
      forget(content);
    } else {
      move(content, place);
    }
    return true;
  }

  /// Promotes what the policy names while blocks of the device are free.
  void prefetch() {
    for (int i = 0; i < MOST_PROMOTIONS; i++) {
      int free = free(Tier.DEVICE);
      int block = free == -1 ? -1 : policy.prefetch(clock.nanos());
      Content content = block == -1 ? null : at[block];
      if (content == null) {
        return;
      }
      move(content, free);
    }
  }

  /// Forgets everything, deepest first.
  void clear() {
    List<Content> all = new ArrayList<>();
    for (Content content : at) {
      if (content != null) {
        all.add(content);
      }
    }
    all.sort((a, b) -> b.depth - a.depth);
    all.forEach(this::forget);
  }

  /// Says `evictable` again of a block that is, with the same last use.
  void stutterEvictable(int pick) {
    Content content = cached(pick);
    if (content != null && content.evictable) {
      policy.evictable(content.block, content.lastUse);
    }
  }

  /// Says `unevictable` of a block that is not evictable, cached or free.
  void stutterUnevictable(int pick) {
    int block = pick % at.length;
    Content content = at[block];
    if (content == null || !content.evictable) {
      policy.unevictable(block);
    }
  }

  private void forget(Content content) {
    retract(content);
    at[content.block] = null;
    policy.removed(content.block, content.hash);
    orphan(content);
  }

  private void move(Content content, int to) {
    int from = content.block;
    Content parent = content.parent;
    retract(content);
    at[from] = null;
    at[to] = content;
    content.block = to;
    policy.moved(from, to);
    if (parent != null) {
      parent.children[tier(from).ordinal()]--;
      parent.children[tier(to).ordinal()]++;
      refresh(parent);
    }
    refresh(content); // what follows it stays in the other tier
  }

  private void orphan(Content content) {
    Content parent = content.parent;
    if (parent != null) {
      parent.children[tier(content.block).ordinal()]--;
      refresh(parent);
    }
  }

  private int take(Tier tier, int stillNeeded) {
    int free = free(tier);
    if (free != -1) {
      return free;
    }
    int block = policy.victim(tier, stillNeeded, clock.nanos());
    Content content = block == -1 ? null : at[block];
    if (content == null) {
      return -1;
    }
    if (tier == Tier.DEVICE && at.length > deviceBlocks && policy.demote(block)) {
      int place = free(Tier.HOST);
      if (place != -1) {
        move(content, place);
        return block;
      }
    }
    forget(content);
    return block;
  }

  private int free(Tier tier) {
    int from = tier == Tier.DEVICE ? 0 : deviceBlocks;
    int to = tier == Tier.DEVICE ? deviceBlocks : at.length;
    for (int block = from; block < to; block++) {
      if (at[block] == null) {
        return block;
      }
    }
    return -1;
  }

  private void refresh(Content content) {
    boolean lies = at[content.block] == content;
    boolean leaf = content.children[tier(content.block).ordinal()] == 0;
    if (lies && !content.held && leaf) {
      if (!content.evictable) {
        content.evictable = true;
        policy.evictable(content.block, content.lastUse);
      }
    } else {
      retract(content);
    }
  }

  private void retract(Content content) {
    if (content.evictable) {
      content.evictable = false;
      policy.unevictable(content.block);
    }
  }

  private @Nullable Content cached(int pick) {
    for (int i = 0; i < at.length; i++) {
      Content content = at[(pick + i) % at.length];
      if (content != null) {
        return content;
      }
    }
    return null;
  }

  private NaiveSequence sequence(int priority, String tenant) {
    int number = sequences++;
    return new NaiveSequence(
        number % 8,
        0,
        NaiveRequests.of(number, clock.nanos(), priority, tenant),
        new int[] {number},
        8,
        1,
        -1);
  }
}
