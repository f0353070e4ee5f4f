package dev.jacquard.conformance.naive;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.Tier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The blocks of both tiers: who holds them, what they cache, which may be evicted. Everything is
/// found by scanning.
///
/// - A block is *free* (no holder, caches nothing), *held*, or *idle* (no holder, cached).
/// - What a block caches is named by its [Prefix]: scope and all tokens up to the block's end. A
///   prefix is cached in at most one block of both tiers.
/// - A block is evictable when it is idle and, unless the attention is windowed, no cached block of
///   its tier continues its prefix. [#announce] compares that definition with what the policy was
///   told, and tells the difference, deepest first.
/// - An evicted device block goes to the host tier if the policy says so and a place can be had
///   there, else it is forgotten.
/// - A policy that answers nonsense makes the pool throw: here policies are judged, not replaced.
final class NaivePool {
  /// All tokens from the root to the end of a block.
  record Prefix(String scope, List<Integer> tokens) {}

  /// One block.
  static final class Block {
    final int id;
    final Tier tier;
    int holders;
    @Nullable Prefix cached;
    @Nullable Prefix parent;

    /// What another block caches for it: the content of a copy in the host tier.
    @Nullable Prefix content;

    long hash;
    int depth;
    long lastUse;
    boolean announced;

    Block(int id, Tier tier) {
      this.id = id;
      this.tier = tier;
    }

    boolean free() {
      return holders == 0 && cached == null;
    }

    boolean idle() {
      return holders == 0 && cached != null;
    }
  }

  private final NaiveBlockSpaceContext context;
  private final EvictionPolicy policy;
  private final List<Block> blocks = new ArrayList<>();
  private final Map<Prefix, Block> cache = new HashMap<>();
  private final List<CacheListener> listeners = new ArrayList<>();
  private final BlockCopies copies = new BlockCopies();
  private long uses;

  NaivePool(NaiveBlockSpaceContext context, EvictionPolicy policy) {
    this.context = context;
    this.policy = policy;
    for (int id = 0; id < context.deviceBlocks() + context.hostBlocks(); id++) {
      blocks.add(new Block(id, id < context.deviceBlocks() ? Tier.DEVICE : Tier.HOST));
    }
    listeners.add(policy);
    listeners.addAll(context.listeners());
  }

  Block block(int id) {
    return blocks.get(id);
  }

  /// Reports to `listener` too, once even if it was named before.
  void listen(CacheListener listener) {
    if (!listeners.contains(listener)) {
      listeners.add(listener);
    }
  }

  void tell(Consumer<CacheListener> event) {
    listeners.forEach(event);
  }

  int total(Tier tier) {
    return (int) blocks.stream().filter(b -> b.tier == tier).count();
  }

  int available(Tier tier) {
    return (int) blocks.stream().filter(b -> b.tier == tier && b.holders == 0).count();
  }

  int free(Tier tier) {
    return (int) blocks.stream().filter(b -> b.tier == tier && b.free()).count();
  }

  int cachedBlocks(Tier tier) {
    return (int) blocks.stream().filter(b -> b.tier == tier && b.cached != null).count();
  }

  @Nullable Block find(Prefix prefix) {
    return cache.get(prefix);
  }

  @Nullable Prefix parentOf(Prefix prefix) {
    int end = prefix.tokens().size() - context.blockSize();
    return end == 0 ? null : new Prefix(prefix.scope(), prefix.tokens().subList(0, end));
  }

  /// A block of `tier` with one holder, evicting if none is free. The caller knows that one can be
  /// had.
  Block take(Tier tier, int stillNeeded) {
    for (Block block : blocks) {
      if (block.tier == tier && block.free()) {
        block.holders = 1;
        return block;
      }
    }
    evict(tier, stillNeeded);
    return take(tier, stillNeeded);
  }

  void hold(Block block) {
    block.holders++;
  }

  /// Takes one holder away; the block becomes free, or idle when it is cached.
  void drop(Block block) {
    if (block.holders == 0) {
      throw new IllegalStateException("block " + block.id + " has no holder to drop");
    }
    if (--block.holders > 0) {
      return;
    }
    block.lastUse = uses;
    block.content = null;
    if (block.cached != null) {
      Block copy = heldCopy(block.cached);
      if (copy != null) {
        move(block, copy);
      }
    }
  }

  /// A held block with the content of `prefix` that does not cache it. It takes over when nobody holds
  /// the cached one any more: whoever holds a block keeps all before it cached, so that all idle
  /// blocks can be had by evicting leaves.
  private @Nullable Block heldCopy(Prefix prefix) {
    for (Block block : blocks) {
      if (block.holders > 0 && prefix.equals(block.content)) {
        return block;
      }
    }
    return null;
  }

  /// Everything dropped from now on was used later than everything dropped before: `lastUse` is the
  /// clock, made strictly increasing.
  void newUse() {
    uses = Math.max(uses + 1, context.clock().nanos());
  }

  void copy(Block from, Block to) {
    copies.add(from.id, to.id);
  }

  void drain(BlockCopies into) {
    for (int i = 0; i < copies.size(); i++) {
      into.add(copies.source(i), copies.target(i));
    }
    copies.clear();
  }

  /// `block` caches `prefix` from now on.
  void store(Block block, Prefix prefix, long hash) {
    block.cached = prefix;
    block.parent = parentOf(prefix);
    block.hash = hash;
    block.depth = prefix.tokens().size() / context.blockSize() - 1;
    cache.put(prefix, block);
  }

  /// What `from` caches is cached in `to` from now on; the bytes are the caller's business.
  void move(Block from, Block to) {
    retract(from);
    to.cached = from.cached;
    to.parent = from.parent;
    to.hash = from.hash;
    to.depth = from.depth;
    to.lastUse = from.lastUse;
    to.content = null;
    cache.put(java.util.Objects.requireNonNull(to.cached), to);
    from.content = from.holders > 0 ? from.cached : null;
    from.cached = null;
    tell(l -> l.moved(from.id, to.id));
  }

  /// Forgets what the idle `block` caches.
  void forget(Block block) {
    retract(block);
    cache.remove(java.util.Objects.requireNonNull(block.cached));
    block.cached = null;
    tell(l -> l.removed(block.id, block.hash));
  }

  int clear() {
    List<Block> idle = new ArrayList<>(blocks.stream().filter(Block::idle).toList());
    idle.sort(Comparator.comparingInt((Block b) -> -b.depth).thenComparingInt(b -> b.id));
    idle.forEach(this::forget);
    announce();
    return idle.size();
  }

  /// Asks the policy for host blocks to promote while the device has free blocks above `watermark`.
  void prefetch(int watermark) {
    while (free(Tier.DEVICE) > watermark) {
      int answer = policy.prefetch(context.clock().nanos());
      if (answer == -1) {
        return;
      }
      Block from = checked(answer, Tier.HOST, "prefetch");
      if (from.holders > 0) {
        return; // a swapped sequence holds it and brings it back itself
      }
      Block to = take(Tier.DEVICE, 1);
      copy(from, to);
      move(from, to);
      to.holders = 0;
      announce();
    }
  }

  private void evict(Tier tier, int stillNeeded) {
    Block victim =
        checked(policy.victim(tier, stillNeeded, context.clock().nanos()), tier, "victim");
    if (!victim.announced) {
      throw new IllegalStateException(
          "the eviction policy answered block " + victim.id + ", which is not evictable");
    }
    if (tier == Tier.DEVICE
        && context.hostBlocks() > 0
        && policy.demote(victim.id)
        && available(Tier.HOST) > 0) {
      retract(victim);
      victim.holders = 1;
      Block to = take(Tier.HOST, 1);
      victim.holders = 0;
      copy(victim, to);
      move(victim, to);
      to.holders = 0;
    } else {
      forget(victim);
    }
    announce();
  }

  private Block checked(int answer, Tier tier, String question) {
    if (answer < 0 || answer >= blocks.size()) {
      throw new IllegalStateException(
          question + " of tier " + tier + ": the eviction policy answered " + answer);
    }
    Block block = blocks.get(answer);
    if (block.tier != tier || block.cached == null) {
      throw new IllegalStateException(
          question + " of tier " + tier + ": block " + answer + " is not a cached block of it");
    }
    return block;
  }

  /// Tells the policy which blocks became evictable, and which are no longer.
  void announce() {
    Set<Prefix> continuedOnDevice = new HashSet<>();
    Set<Prefix> continuedOnHost = new HashSet<>();
    if (context.window() == 0) {
      for (Block block : blocks) {
        if (block.cached != null && block.parent != null) {
          (block.tier == Tier.DEVICE ? continuedOnDevice : continuedOnHost).add(block.parent);
        }
      }
    }
    List<Block> risen = new ArrayList<>();
    for (Block block : blocks) {
      Set<Prefix> continued = block.tier == Tier.DEVICE ? continuedOnDevice : continuedOnHost;
      boolean evictable = block.idle() && !continued.contains(block.cached);
      if (!evictable) {
        retract(block);
      } else if (!block.announced) {
        risen.add(block);
      }
    }
    risen.sort(
        Comparator.comparingLong((Block b) -> b.lastUse)
            .thenComparingInt(b -> -b.depth)
            .thenComparingInt(b -> b.id));
    for (Block block : risen) {
      block.announced = true;
      policy.evictable(block.id, block.lastUse);
    }
  }

  private void retract(Block block) {
    if (block.announced) {
      block.announced = false;
      policy.unevictable(block.id);
    }
  }
}
