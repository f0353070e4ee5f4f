package dev.jacquard.engine.block;

import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.MetricSink;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands between the manager and a policy nobody vouches for. It knows which blocks are evictable,
/// checks each answer against that in O(1), and replaces a policy that throws or answers nonsense
/// by LRU over the same blocks: once, logged and counted.
final class GuardedEvictionPolicy implements CacheListener {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedEvictionPolicy.class);

  private final int deviceBlocks;
  private final boolean[] evictable;
  private final long[] lastUse;
  private final MetricSink.Counter replaced;
  private EvictionPolicy policy;
  private int evictableDevice;
  private int evictableHost;

  GuardedEvictionPolicy(
      EvictionPolicy policy, int deviceBlocks, int hostBlocks, MetricSink metrics) {
    this.policy = policy;
    this.deviceBlocks = deviceBlocks;
    evictable = new boolean[deviceBlocks + hostBlocks];
    lastUse = new long[deviceBlocks + hostBlocks];
    replaced =
        metrics
            .counter(
                "jacquard_policy_replaced_total",
                "Policies replaced by the default because they failed",
                List.of("component"))
            .with("eviction");
  }

  boolean isEvictable(int block) {
    return evictable[block];
  }

  int evictableBlocks(Tier tier) {
    return switch (tier) {
      case DEVICE -> evictableDevice;
      case HOST -> evictableHost;
    };
  }

  /// Says `evictable` or `unevictable`, if that is news.
  void tell(int block, boolean now, long use) {
    if (evictable[block] == now) {
      return;
    }
    evictable[block] = now;
    lastUse[block] = use;
    int change = now ? 1 : -1;
    if (block < deviceBlocks) {
      evictableDevice += change;
    } else {
      evictableHost += change;
    }
    try {
      if (now) {
        policy.evictable(block, use);
      } else {
        policy.unevictable(block);
      }
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw when told about block " + block, e);
    }
  }

  /// An evictable block of `tier`; the caller has seen that there is one.
  int victim(Tier tier, int stillNeeded, long now) {
    try {
      int block = policy.victim(tier, stillNeeded, now);
      if (block >= 0
          && block < evictable.length
          && evictable[block]
          && (block < deviceBlocks) == (tier == Tier.DEVICE)) {
        return block;
      }
      replace("as victim of the tier " + tier + " it answered " + block, null);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw when asked for a victim", e);
    }
    return policy.victim(tier, stillNeeded, now);
  }

  boolean demote(int block) {
    try {
      return policy.demote(block);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw when asked whether to demote block " + block, e);
      return policy.demote(block);
    }
  }

  int prefetch(long now) {
    try {
      return policy.prefetch(now);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw when asked what to prefetch", e);
      return -1;
    }
  }

  /// LRU takes over, with every block that is evictable now.
  void replace(String why, @Nullable Throwable cause) {
    LOG.error("The eviction policy {} is replaced by LRU: {}", policy.getClass(), why, cause);
    replaced.add(1);
    LruEviction lru = new LruEviction(deviceBlocks, evictable.length - deviceBlocks);
    for (int block = 0; block < evictable.length; block++) {
      if (evictable[block]) {
        lru.evictable(block, lastUse[block]);
      }
    }
    policy = lru;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    try {
      policy.opened(sequence, lastBlock, matchedBlocks);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw at `opened`", e);
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    try {
      policy.stored(sequence, block, parent, hash, depth);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw at `stored`", e);
    }
  }

  @Override
  public void moved(int from, int to) {
    try {
      policy.moved(from, to);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw at `moved`", e);
    }
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    try {
      policy.hit(sequence, block);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw at `hit`", e);
    }
  }

  @Override
  public void removed(int block, long hash) {
    try {
      policy.removed(block, hash);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw at `removed`", e);
    }
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    try {
      policy.released(sequence, reason, lastBlock);
    } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
      replace("it threw at `released`", e);
    }
  }
}
