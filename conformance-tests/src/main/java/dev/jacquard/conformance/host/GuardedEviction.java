package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// Keeps a policy's faults from the manager: the first one ends the policy, and [LruOrder] goes on over the
/// same blocks (EVP-8). Engine thread.
class GuardedEviction implements EvictionPolicy {
  private final int deviceBlocks;
  private final int blocks;
  private final Runnable replaced;
  private final Map<Integer, Long> evictable = new LinkedHashMap<>();
  private final Set<Integer> cached = new HashSet<>();
  private EvictionPolicy policy;
  private boolean over;

  /// A guard.
  ///
  /// @param replaced counts
  GuardedEviction(EvictionPolicy policy, int deviceBlocks, int hostBlocks, Runnable replaced) {
    this.policy = policy;
    this.deviceBlocks = deviceBlocks;
    blocks = deviceBlocks + hostBlocks;
    this.replaced = replaced;
  }

  /// The policy failed.
  void replace() {
    if (over) {
      return;
    }
    over = true;
    LruOrder order = new LruOrder(deviceBlocks);
    tellAll(evictable, order);
    policy = order;
    replaced.run();
  }

  /// Tells the replacement what is evictable.
  void tellAll(Map<Integer, Long> blocksByUse, LruOrder order) {
    blocksByUse.forEach(order::evictable);
  }

  private void tell(Consumer<EvictionPolicy> event) {
    try {
      event.accept(policy);
    } catch (Throwable e) { // whatever a policy throws ends that policy
      replace();
    }
  }

  private int ask(ToIntFunction<EvictionPolicy> question, int otherwise) {
    try {
      return question.applyAsInt(policy);
    } catch (Throwable e) {
      replace();
      return otherwise;
    }
  }

  @Override
  public void evictable(int block, long lastUse) {
    evictable.put(block, lastUse);
    tell(p -> p.evictable(block, lastUse));
  }

  @Override
  public void unevictable(int block) {
    evictable.remove(block);
    tell(p -> p.unevictable(block));
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    int answer = ask(p -> p.victim(tier, stillNeeded, now), Integer.MIN_VALUE);
    boolean sense =
        evictable.containsKey(answer) && (answer < deviceBlocks) == (tier == Tier.DEVICE);
    if (sense) {
      return answer;
    }
    replace();
    return policy.victim(tier, stillNeeded, now);
  }

  @Override
  public boolean demote(int block) {
    return ask(p -> p.demote(block) ? 1 : 0, 1) == 1;
  }

  @Override
  public int prefetch(long now) {
    int answer = ask(p -> p.prefetch(now), -1);
    boolean sense =
        answer == -1 || (answer >= deviceBlocks && answer < blocks && cached.contains(answer));
    if (sense) {
      return answer;
    }
    replace();
    return -1;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    tell(p -> p.opened(sequence, lastBlock, matchedBlocks));
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    cached.add(block);
    tell(p -> p.stored(sequence, block, parent, hash, depth));
  }

  @Override
  public void moved(int from, int to) {
    cached.remove(from);
    cached.add(to);
    tell(p -> p.moved(from, to));
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    tell(p -> p.hit(sequence, block));
  }

  @Override
  public void removed(int block, long hash) {
    cached.remove(block);
    tell(p -> p.removed(block, hash));
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    tell(p -> p.released(sequence, reason, lastBlock));
  }
}
