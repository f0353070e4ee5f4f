package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.SelfTest;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A listener that counts is right; one that calls back or throws is found.
class ListenerSelfTest extends SelfTest<ListenerUnderTest> {
  @Override
  protected List<Check<ListenerUnderTest>> checks() {
    return ListenerChecks.all();
  }

  @Override
  protected ListenerUnderTest correct() {
    return (context, manager) -> new Counting();
  }

  @Override
  protected List<Mutant<ListenerUnderTest>> mutants() {
    return List.of(
        new Mutant<>(
            Rule.BSM_28,
            "asks the manager for counts while it is told",
            (context, manager) -> new Asking(manager),
            "availableBlocks of the manager while"),
        new Mutant<>(
            Rule.BSM_28,
            "clears the cache when a sequence ends",
            (context, manager) -> new Clearing(manager),
            "clear of the manager while"),
        new Mutant<>(
            Rule.BSM_28, "does not expect moves", (context, manager) -> new Unmoved(), "threw"),
        new Mutant<>(
            Rule.BSM_28,
            "remembers blocks across `cleared`",
            (context, manager) -> new Forgetless(),
            "threw"));
  }

  private static class Counting implements CacheListener {
    final Map<Integer, Long> blocks = new HashMap<>();

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      blocks.put(block, hash);
    }

    @Override
    public void moved(int from, int to) {
      Long hash = blocks.remove(from);
      if (hash != null) {
        blocks.put(to, hash);
      }
    }

    @Override
    public void removed(int block, long hash) {
      blocks.remove(block);
    }

    @Override
    public void cleared() {
      blocks.clear();
    }
  }

  private static final class Asking implements CacheListener {
    private final BlockSpaceManager manager;
    private int least;

    Asking(BlockSpaceManager manager) {
      this.manager = manager;
    }

    @Override
    public void removed(int block, long hash) {
      least = Math.min(least, manager.availableBlocks(Tier.DEVICE));
    }
  }

  private static final class Clearing implements CacheListener {
    private final BlockSpaceManager manager;

    Clearing(BlockSpaceManager manager) {
      this.manager = manager;
    }

    @Override
    public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
      manager.clear();
    }
  }

  private static final class Unmoved extends Counting {
    @Override
    public void moved(int from, int to) {}

    @Override
    public void removed(int block, long hash) {
      if (blocks.remove(block) == null) {
        throw new IllegalStateException("block " + block + " is not known");
      }
    }
  }

  private static final class Forgetless extends Counting {
    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      if (blocks.put(block, hash) != null) {
        throw new IllegalStateException("block " + block + " is known already");
      }
    }

    @Override
    public void cleared() {}
  }
}
