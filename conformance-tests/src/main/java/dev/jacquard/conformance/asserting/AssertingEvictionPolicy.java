package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/// An eviction policy in front of another one that checks both sides: the host's events come in order (EVP-10), and the
/// answers are possible (EVP-1, EVP-2, EVP-7). Nothing calls back (EVP-9).
///
/// A host replaces a policy that throws, and the error is gone with it: look at [StepProtocol#violation] too.
public final class AssertingEvictionPolicy implements EvictionPolicy {
  private final EvictionPolicy to;
  private final StepProtocol protocol;
  private final AssertingCacheListener events;
  private final CacheLedger cache;
  private final int deviceBlocks;
  private final int blocks;
  private final Set<Integer> evictable = new HashSet<>();

  /// A watched `to` over the given numbers of blocks.
  public AssertingEvictionPolicy(
      EvictionPolicy to, int deviceBlocks, int hostBlocks, StepProtocol protocol) {
    this.to = Objects.requireNonNull(to, "to is null");
    this.protocol = protocol;
    this.deviceBlocks = deviceBlocks;
    blocks = deviceBlocks + hostBlocks;
    events = new AssertingCacheListener(to, protocol);
    cache = new CacheLedger(protocol);
  }

  private <T> T call(String call, Supplier<T> body) {
    cache.enter(call);
    try {
      return body.get();
    } finally {
      cache.leave();
    }
  }

  private Tier tier(int block) {
    return block < deviceBlocks ? Tier.DEVICE : Tier.HOST;
  }

  private void inRange(String call, int block) {
    if (block < 0 || block >= blocks) {
      throw protocol.broken(
          Rule.EVP_10, call + " told of block " + block + "; there are " + blocks);
    }
  }

  @Override
  public void evictable(int block, long lastUse) {
    inRange("evictable", block);
    if (!cache.holds(block)) {
      throw protocol.broken(
          Rule.EVP_10, "evictable told of block " + block + ", which is not cached");
    }
    evictable.add(block);
    call(
        "evictable",
        () -> {
          to.evictable(block, lastUse);
          return true;
        });
  }

  @Override
  public void unevictable(int block) {
    inRange("unevictable", block);
    evictable.remove(block);
    call(
        "unevictable",
        () -> {
          to.unevictable(block);
          return true;
        });
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    if (stillNeeded < 1) {
      throw protocol.broken(Rule.EVP_10, "victim was asked for " + stillNeeded + " blocks");
    }
    int answer = call("victim", () -> to.victim(tier, stillNeeded, now));
    if (answer != -1 && (!evictable.contains(answer) || tier(answer) != tier)) {
      throw protocol.broken(
          Rule.EVP_1, "victim answered block " + answer + ", not evictable in tier " + tier);
    }
    if (answer == -1 && evictable.stream().anyMatch(block -> tier(block) == tier)) {
      throw protocol.broken(
          Rule.EVP_2, "victim answered -1; evictable are " + evictable + ", asked was " + tier);
    }
    return answer;
  }

  @Override
  public boolean demote(int block) {
    if (block < 0 || block >= deviceBlocks) {
      throw protocol.broken(
          Rule.EVP_10, "demote asked about block " + block + ", which is none of the device");
    }
    return call("demote", () -> to.demote(block));
  }

  @Override
  public int prefetch(long now) {
    int answer = call("prefetch", () -> to.prefetch(now));
    if (answer != -1 && (answer < deviceBlocks || answer >= blocks || !cache.holds(answer))) {
      throw protocol.broken(
          Rule.EVP_7, "prefetch answered block " + answer + ", no cached block of the host tier");
    }
    return answer;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    events.opened(sequence, lastBlock, matchedBlocks);
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    inRange("stored", block);
    cache.stored(block);
    events.stored(sequence, block, parent, hash, depth);
  }

  private void takenBack(String call, int block) {
    if (evictable.contains(block)) {
      throw protocol.broken(
          Rule.EVP_10, call + " told of block " + block + " before unevictable did");
    }
  }

  @Override
  public void moved(int from, int target) {
    inRange("moved", target);
    takenBack("moved", from);
    cache.moved(from, target);
    events.moved(from, target);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    events.hit(sequence, block);
  }

  @Override
  public void removed(int block, long hash) {
    takenBack("removed", block);
    cache.removed(block);
    events.removed(block, hash);
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    events.released(sequence, reason, lastBlock);
  }

  @Override
  public void cleared() {
    cache.cleared();
    evictable.clear();
    events.cleared();
  }
}
