package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// Mutants of tables, copies, windows and events.
final class TableMutants {
  private TableMutants() {}

  static List<Mutant<ManagerUnderTest>> all() {
    return List.of(
        BlockSpaceMutants.of(
            Rule.BSM_11,
            "the revision never grows",
            "but its revision went",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public int tableRevision(int sequence) {
                    return Math.min(1, super.tableRevision(sequence));
                  }
                }),
        BlockSpaceMutants.of(
            Rule.BSM_11,
            "copyTable always begins at the first entry",
            "copyTable(",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public void copyTable(
                      int sequence, int from, int count, MemorySegment into, long byteOffset) {
                    super.copyTable(sequence, 0, count, into, byteOffset);
                  }
                }),
        BlockSpaceMutants.of(
            Rule.BSM_12,
            "copies are handed out twice",
            "handed out once",
            to -> copying(to, (now, last) -> joined(now, last))),
        BlockSpaceMutants.of(
            Rule.BSM_12,
            "copies are handed out last decided first",
            "two copies were decided",
            to -> copying(to, (now, last) -> reversed(now))),
        BlockSpaceMutants.of(
            Rule.BSM_27,
            "copies are handed out last decided first",
            "not the KV of its tokens",
            to -> copying(to, (now, last) -> reversed(now))),
        BlockSpaceMutants.of(
            Rule.BSM_27,
            "the last of several copies is lost",
            "not the KV",
            to -> copying(to, (now, last) -> cut(now))),
        BlockSpaceMutants.of(
            Rule.BSM_16,
            "fork copies the partial block at once",
            "must hold the same blocks",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public void fork(SequenceView parent, SequenceView child) {
                    super.fork(parent, child);
                    super.reserve(parent.id(), super.computedTokens(parent.id()) + 1);
                  }
                }),
        BlockSpaceMutants.of(
            Rule.BSM_16,
            "the child writes into the shared block",
            "must be copied first",
            KeepsEntries::new),
        BlockSpaceMutants.of(
            Rule.BSM_17,
            "the content of another block is restored",
            "not the KV",
            to -> copying(to, (now, last) -> crossed(now))),
        BlockSpaceMutants.of(
            Rule.BSM_17,
            "without a host tier a swap is put off",
            "NEVER",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation swapOut(int sequence) {
                    Reservation answer = super.swapOut(sequence);
                    return answer == Reservation.NEVER ? Reservation.LATER : answer;
                  }
                }),
        hearing(
            Rule.BSM_18,
            "evictions are not told",
            "by the events it is",
            to ->
                new Filter(to) {
                  @Override
                  public void removed(int block, long hash) {}
                }),
        hearing(
            Rule.BSM_18,
            "moves between tiers are not told",
            "by the events",
            to ->
                new Filter(to) {
                  @Override
                  public void moved(int from, int to) {}
                }),
        hearing(
            Rule.BSM_18,
            "hits are told twice",
            "must tell `hit` once",
            to ->
                new Filter(to) {
                  @Override
                  public void hit(SequenceView sequence, int block) {
                    super.hit(sequence, block);
                    super.hit(sequence, block);
                  }
                }),
        hearing(
            Rule.BSM_18,
            "releases of preempted sequences are not told",
            "must tell `released` once",
            to ->
                new Filter(to) {
                  @Override
                  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
                    if (reason != ReleaseReason.PREEMPTED) {
                      super.released(sequence, reason, lastBlock);
                    }
                  }
                }),
        new Mutant<>(
            Rule.BSM_18,
            "only the first listener is told",
            context ->
                BlockSpaceMutants.naive(
                    BlockSpaceMutants.plain(context)
                        .withListeners(context.listeners().subList(0, 1))),
            "the second"),
        new Mutant<>(
            Rule.BSM_18,
            "vllm#25780: blocks that are computed again are told as hits",
            context -> new Recounting(BlockSpaceMutants.naive(context), context.listeners()),
            "not being admitted"),
        new Mutant<>(
            Rule.BSM_21,
            "the window is not read",
            context -> BlockSpaceMutants.naive(BlockSpaceMutants.plain(context).withWindow(0, 0)),
            "though no later position sees it"),
        new Mutant<>(
            Rule.BSM_21,
            "sinks are given up",
            context ->
                BlockSpaceMutants.naive(
                    BlockSpaceMutants.plain(context).withWindow(context.window(), 0)),
            "sinks lie there"),
        BlockSpaceMutants.of(
            Rule.BSM_24,
            "a cached block is written into after truncate",
            "is cached",
            KeepsEntries::new));
  }

  private static ForwardingBlockSpaceManager copying(
      BlockSpaceManager to, BiFunction<BlockCopies, BlockCopies, BlockCopies> bug) {
    return new ForwardingBlockSpaceManager(to) {
      private BlockCopies last = new BlockCopies();

      @Override
      public void drainCopies(BlockCopies into) {
        BlockCopies now = new BlockCopies();
        super.drainCopies(now);
        BlockCopies wrong = bug.apply(now, last);
        for (int i = 0; i < wrong.size(); i++) {
          into.add(wrong.source(i), wrong.target(i));
        }
        last = now;
      }
    };
  }

  private static BlockCopies joined(BlockCopies now, BlockCopies last) {
    BlockCopies both = new BlockCopies();
    for (BlockCopies copies : List.of(last, now)) {
      for (int i = 0; i < copies.size(); i++) {
        both.add(copies.source(i), copies.target(i));
      }
    }
    return both;
  }

  private static BlockCopies reversed(BlockCopies now) {
    BlockCopies reversed = new BlockCopies();
    for (int i = now.size() - 1; i >= 0; i--) {
      reversed.add(now.source(i), now.target(i));
    }
    return reversed;
  }

  private static BlockCopies cut(BlockCopies now) {
    BlockCopies cut = new BlockCopies();
    for (int i = 0; i < now.size() - (now.size() > 1 ? 1 : 0); i++) {
      cut.add(now.source(i), now.target(i));
    }
    return cut;
  }

  private static BlockCopies crossed(BlockCopies now) {
    BlockCopies crossed = new BlockCopies();
    for (int i = 0; i < now.size(); i++) {
      boolean pair = now.size() == 4;
      crossed.add(now.source(pair ? 3 - i : i), now.target(i));
    }
    return crossed;
  }

  private static Mutant<ManagerUnderTest> hearing(
      Rule rule, String name, String phrase, java.util.function.UnaryOperator<CacheListener> bug) {
    return new Mutant<>(
        rule,
        name,
        context -> {
          List<CacheListener> deaf = new ArrayList<>();
          context.listeners().forEach(listener -> deaf.add(bug.apply(listener)));
          return BlockSpaceMutants.naive(BlockSpaceMutants.plain(context).withListeners(deaf));
        },
        phrase);
  }

  private static class Filter implements CacheListener {
    private final CacheListener to;

    Filter(CacheListener to) {
      this.to = to;
    }

    @Override
    public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
      to.opened(sequence, lastBlock, matchedBlocks);
    }

    @Override
    public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
      to.stored(sequence, block, parent, hash, depth);
    }

    @Override
    public void moved(int from, int target) {
      to.moved(from, target);
    }

    @Override
    public void hit(SequenceView sequence, int block) {
      to.hit(sequence, block);
    }

    @Override
    public void removed(int block, long hash) {
      to.removed(block, hash);
    }

    @Override
    public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
      to.released(sequence, reason, lastBlock);
    }
  }

  /// Tells a hit for each commit that finds its first block cached.
  private static final class Recounting extends ForwardingBlockSpaceManager {
    private final List<CacheListener> listeners;

    Recounting(BlockSpaceManager to, List<CacheListener> listeners) {
      super(to);
      this.listeners = listeners;
    }

    @Override
    public void commit(int sequence, int tokens) {
      super.commit(sequence, tokens);
      if (tokens >= 2 * blockSize()) {
        listeners.forEach(listener -> listener.hit(Views.of(sequence), 0));
      }
    }
  }
}
