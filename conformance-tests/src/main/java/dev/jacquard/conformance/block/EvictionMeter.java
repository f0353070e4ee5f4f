package dev.jacquard.conformance.block;

import com.sun.management.ThreadMXBean;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Measures a policy over a full device tier of single blocks, and as many blocks in the host tier.
/// The least of several batches counts: disturbances of the machine only ever add.
final class EvictionMeter {
  /// The calls whose allocations are told apart.
  private enum Call {
    VICTIM,
    UNEVICTABLE,
    REMOVED,
    STORED,
    OPENED_AND_HIT,
    RELEASED,
    EVICTABLE,
    DEMOTE,
    PREFETCH,
    MOVED
  }

  private static final int SEQUENCES = 64;
  private static final int WARM_UP = 3_000;
  private static final int BATCHES = 7;
  private static final int ROUNDS = 64;

  private final EvictionPolicy policy;
  private final int blocks;
  private final ManualClock clock = new ManualClock();
  private final SplittableRandom random = new SplittableRandom(1);
  private final NaiveSequence[] sequences = new NaiveSequence[SEQUENCES];
  private final long[] lastUse;
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final long[] allocated = new long[Call.values().length];
  private long mark;
  private boolean counting;

  /// Fills both tiers with `blocks` blocks.
  EvictionMeter(EvictionUnderTest subject, int blocks) {
    this.blocks = blocks;
    policy = subject.create(NaiveBlockSpaceContext.of(1, blocks, clock).withHost(blocks));
    lastUse = new long[2 * blocks];
    for (int i = 0; i < SEQUENCES; i++) {
      sequences[i] =
          new NaiveSequence(
              i, 0, NaiveRequests.of(i, 0, i % 5, "tenant-" + i % 3), new int[] {i}, 8, 1, -1);
    }
    for (int block = 0; block < 2 * blocks; block++) {
      store(block % blocks);
      if (block < blocks) {
        policy.unevictable(block);
        policy.moved(block, blocks + block);
        policy.evictable(blocks + block, lastUse[block]);
      }
    }
  }

  private void store(int block) {
    NaiveSequence sequence = sequences[block % SEQUENCES];
    clock.advance(10);
    begin();
    policy.stored(sequence, block, -1, block, 0);
    end(Call.STORED);
    policy.released(sequence, ReleaseReason.FINISHED, block);
    end(Call.RELEASED);
    lastUse[block] = clock.nanos();
    policy.evictable(block, lastUse[block]);
    end(Call.EVICTABLE);
  }

  private void round() {
    begin();
    int victim = policy.victim(Tier.DEVICE, 1, clock.nanos());
    end(Call.VICTIM);
    if (victim < 0 || victim >= blocks) {
      throw new AssertionError(
          "victim(DEVICE, 1, "
              + clock.nanos()
              + ") answered "
              + victim
              + " with all of the blocks 0 to "
              + (blocks - 1)
              + " evictable, so nothing can be measured");
    }
    policy.demote(victim);
    end(Call.DEMOTE);
    evict(Math.max(blocks, policy.victim(Tier.HOST, 1, clock.nanos())), victim);
    store(victim);
    reuse(random.nextInt(blocks), false);
    reuse(random.nextInt(blocks), true);
    begin();
    policy.prefetch(clock.nanos());
    end(Call.PREFETCH);
  }

  /// The host block goes, the device block takes its place.
  private void evict(int host, int device) {
    begin();
    policy.unevictable(host);
    end(Call.UNEVICTABLE);
    policy.removed(host, host);
    end(Call.REMOVED);
    policy.unevictable(device);
    end(Call.UNEVICTABLE);
    policy.moved(device, host);
    end(Call.MOVED);
    policy.evictable(host, lastUse[device]);
    end(Call.EVICTABLE);
  }

  /// A block is used, or has a child for a while and keeps its last use.
  private void reuse(int block, boolean asParent) {
    NaiveSequence sequence = sequences[random.nextInt(SEQUENCES)];
    begin();
    policy.unevictable(block);
    end(Call.UNEVICTABLE);
    if (!asParent) {
      policy.opened(sequence, block, 1);
      policy.hit(sequence, block);
      end(Call.OPENED_AND_HIT);
      policy.released(sequence, ReleaseReason.FINISHED, block);
      end(Call.RELEASED);
      clock.advance(10);
      lastUse[block] = clock.nanos();
    }
    begin();
    policy.evictable(block, lastUse[block]);
    end(Call.EVICTABLE);
  }

  private void begin() {
    if (counting) {
      mark = threads.getCurrentThreadAllocatedBytes();
    }
  }

  private void end(Call call) {
    if (counting) {
      long now = threads.getCurrentThreadAllocatedBytes();
      allocated[call.ordinal()] += now - mark;
      mark = threads.getCurrentThreadAllocatedBytes();
    }
  }

  /// Nanoseconds of one round of calls.
  double nanosPerRound() {
    batch(ROUNDS);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < BATCHES; i++) {
      long start = System.nanoTime();
      batch(ROUNDS);
      least = Math.min(least, System.nanoTime() - start);
    }
    return (double) least / ROUNDS;
  }

  private void batch(int rounds) {
    for (int i = 0; i < rounds; i++) {
      round();
    }
  }

  /// Lets the policy grow what it grows, and the machine compile it.
  void warmUp() {
    batch(WARM_UP);
  }

  /// The calls that allocate in each of several batches, with bytes a call.
  List<String> allocations() {
    warmUp();
    counting = true;
    long[] least = new long[allocated.length];
    Arrays.fill(least, Long.MAX_VALUE);
    for (int i = 0; i < BATCHES; i++) {
      Arrays.fill(allocated, 0);
      batch(ROUNDS);
      for (int call = 0; call < least.length; call++) {
        least[call] = Math.min(least[call], allocated[call]);
      }
    }
    List<String> found = new ArrayList<>();
    for (Call call : Call.values()) {
      if (least[call.ordinal()] > 0) {
        found.add(
            "%s, about %d bytes in a round of calls"
                .formatted(
                    call.name().toLowerCase(java.util.Locale.ROOT),
                    Math.ceilDiv(least[call.ordinal()], ROUNDS)));
      }
    }
    return found;
  }
}
