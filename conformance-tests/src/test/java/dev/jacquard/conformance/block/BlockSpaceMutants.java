package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Block managers with one bug each, as they are found in engines.
final class BlockSpaceMutants {
  private BlockSpaceMutants() {}

  static List<Mutant<ManagerUnderTest>> all() {
    List<Mutant<ManagerUnderTest>> mutants = new ArrayList<>();
    mutants.addAll(counting());
    mutants.addAll(wishes());
    mutants.addAll(PrefixMutants.all());
    mutants.addAll(TableMutants.all());
    return List.copyOf(mutants);
  }

  static BlockSpaceManager naive(BlockSpaceContext context) {
    return context.paged(new PlainEviction(context.deviceBlocks()));
  }

  static NaiveBlockSpaceContext plain(BlockSpaceContext context) {
    return (NaiveBlockSpaceContext) context;
  }

  static Mutant<ManagerUnderTest> of(
      Rule rule, String name, String phrase, Function<BlockSpaceManager, BlockSpaceManager> bug) {
    return new Mutant<>(rule, name, context -> bug.apply(naive(context)), phrase);
  }

  private static List<Mutant<ManagerUnderTest>> counting() {
    return List.of(
        of(
            Rule.BSM_1,
            "idle blocks are not counted as available",
            "availableBlocks",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public int availableBlocks(Tier tier) {
                    return Math.max(0, super.availableBlocks(tier) - super.cachedBlocks(tier));
                  }
                }),
        new Mutant<>(
            Rule.BSM_1,
            "a block in two tables is freed for each of them",
            DoubleFree::new,
            "availableBlocks"),
        new Mutant<>(
            Rule.BSM_1,
            "vllm#3347: a window frees blocks that a fork still holds",
            WindowFork::new,
            "availableBlocks"),
        new Mutant<>(
            Rule.BSM_2,
            "a block in two tables is freed for each of them",
            DoubleFree::new,
            "table of sequence"),
        of(
            Rule.BSM_2,
            "copy-on-write does not enter the copy into the table",
            "may write",
            KeepsEntries::new),
        of(
            Rule.BSM_9,
            "the blocks of a cancelled sequence are never freed",
            "availableBlocks",
            LeaksOnCancel::new),
        of(
            Rule.BSM_9,
            "a second release is overlooked",
            "IllegalStateException",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public void release(int sequence, ReleaseReason reason) {
                    try {
                      super.release(sequence, reason);
                    } catch (IllegalStateException e) {
                      return;
                    }
                  }
                }),
        of(
            Rule.BSM_10,
            "the first block above the mark stays",
            "do not lie wholly above the mark",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public void truncate(int sequence, int tokens) {
                    super.truncate(sequence, tokens);
                    super.reserve(sequence, Math.max(1, tokens + 1));
                  }
                }),
        of(
            Rule.BSM_20,
            "clear answers what is left",
            "clear() answered",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public int clear() {
                    super.clear();
                    return super.cachedBlocks(Tier.DEVICE) + super.cachedBlocks(Tier.HOST);
                  }
                }),
        of(
            Rule.BSM_31,
            "planning keeps a scratch block",
            "planning() changed availableBlocks",
            ScratchBlock::new));
  }

  private static List<Mutant<ManagerUnderTest>> wishes() {
    return List.of(
        of(
            Rule.BSM_7,
            "a refused admit has evicted already",
            "must change nothing",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation admit(SequenceView sequence, int tokens, boolean others) {
                    Reservation answer = super.admit(sequence, tokens, others);
                    if (answer == Reservation.LATER) {
                      super.clear();
                    }
                    return answer;
                  }
                }),
        of(
            Rule.BSM_7,
            "a refused reserve keeps what it got",
            "must change nothing",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation reserve(int sequence, int tokens) {
                    Reservation answer = super.reserve(sequence, tokens);
                    for (int fewer = tokens - 1;
                        answer == Reservation.LATER && fewer > 0;
                        fewer--) {
                      if (super.reserve(sequence, fewer) == Reservation.GRANTED) {
                        break;
                      }
                    }
                    return answer;
                  }
                }),
        of(
            Rule.BSM_8,
            "what never fits is put off",
            "must answer NEVER",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation admit(SequenceView sequence, int tokens, boolean others) {
                    Reservation answer = super.admit(sequence, tokens, others);
                    return answer == Reservation.NEVER ? Reservation.LATER : answer;
                  }
                }),
        of(
            Rule.BSM_8,
            "what does not fit now is refused for ever",
            "answered NEVER, but",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation reserve(int sequence, int tokens) {
                    Reservation answer = super.reserve(sequence, tokens);
                    return answer == Reservation.LATER ? Reservation.NEVER : answer;
                  }
                }),
        of(
            Rule.BSM_13,
            "idle blocks count as available but are never evicted",
            "were available",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation admit(SequenceView sequence, int tokens, boolean others) {
                    int unused = totalBlocks(Tier.DEVICE) - cachedBlocks(Tier.DEVICE);
                    return Math.ceilDiv(sequence.length(), blockSize()) > unused
                        ? Reservation.LATER
                        : super.admit(sequence, tokens, others);
                  }
                }),
        new Mutant<>(
            Rule.BSM_13,
            "a block that a sequence holds is given to another",
            Steals::new,
            "although it is in the table of sequence"),
        of(
            Rule.BSM_15,
            "the watermark does not count",
            "watermark",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation admit(SequenceView sequence, int tokens, boolean others) {
                    return super.admit(sequence, tokens, false);
                  }
                }),
        new Mutant<>(
            Rule.BSM_15,
            "the watermark is rounded down",
            context -> {
              double whole = Math.floor(context.watermark() * context.deviceBlocks());
              return naive(
                  plain(context)
                      .withRules(whole / context.deviceBlocks(), context.prefixSharing()));
            },
            "watermark"),
        of(
            Rule.BSM_15,
            "swapIn forgets the watermark",
            "watermark",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation swapIn(int sequence, boolean others) {
                    return super.swapIn(sequence, false);
                  }
                }),
        of(
            Rule.BSM_25,
            "a commit beyond the reservation is cut",
            "IllegalStateException",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public void commit(int sequence, int tokens) {
                    super.commit(sequence, Math.min(tokens, tableLength(sequence) * blockSize()));
                  }
                }),
        of(Rule.BSM_25, "tokens on their way are not committed", "legal call", KnownOnly::new),
        of(
            Rule.BSM_26,
            "an unknown sequence is refused, not complained of",
            "must throw IllegalStateException",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation reserve(int sequence, int tokens) {
                    try {
                      return super.reserve(sequence, tokens);
                    } catch (IllegalStateException e) {
                      return Reservation.NEVER;
                    }
                  }
                }),
        of(
            Rule.BSM_26,
            "an id that is admitted already is swept aside",
            "must throw IllegalStateException",
            to ->
                new ForwardingBlockSpaceManager(to) {
                  @Override
                  public Reservation admit(SequenceView sequence, int tokens, boolean others) {
                    try {
                      return super.admit(sequence, tokens, others);
                    } catch (IllegalStateException e) {
                      super.release(sequence.id(), ReleaseReason.FAILED);
                      return super.admit(sequence, tokens, others);
                    }
                  }
                }));
  }

  /// vllm#42571: one list, one block, two frees.
  private static final class DoubleFree extends FrugalBlocks {
    DoubleFree(BlockSpaceContext context) {
      super(context);
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      int twice = admitted(sequence) && length(sequence) > 2 ? table(sequence)[0] : -1;
      super.release(sequence, reason);
      if (twice >= 0) {
        addFree(twice);
      }
    }
  }

  /// Gives up under a window what it does not know to be shared: full blocks of a fork are not held.
  private static final class WindowFork extends FrugalBlocks {
    private final int window;
    private final int sinks;

    WindowFork(BlockSpaceContext context) {
      super(context);
      window = context.window();
      sinks = context.sinkTokens();
    }

    @Override
    public void fork(SequenceView parent, SequenceView child) {
      super.fork(parent, child);
      for (int i = 0; i < super.computedTokens(child.id()) / blockSize(); i++) {
        drop(table(child.id())[i]);
      }
    }

    @Override
    public void commit(int sequence, int tokens) {
      super.commit(sequence, tokens);
      for (int i = 0; window > 0 && (i + 1) * blockSize() <= tokens - window + 1; i++) {
        if (i * blockSize() >= sinks) {
          drop(table(sequence)[i]);
          table(sequence)[i] = -1;
        }
      }
    }
  }

  /// Takes the first block of whoever is there when it has none left.
  private static final class Steals extends FrugalBlocks {
    Steals(BlockSpaceContext context) {
      super(context);
    }

    @Override
    public Reservation reserve(int sequence, int tokens) {
      Reservation answer = super.reserve(sequence, tokens);
      for (int other = 0; other < 16 && answer == Reservation.LATER; other++) {
        if (other != sequence && admitted(other) && length(other) > 0) {
          addFree(table(other)[0]);
          answer = super.reserve(sequence, tokens);
        }
      }
      return answer;
    }
  }

  /// Holds the blocks of cancelled sequences by a fork that nobody knows of.
  private static final class LeaksOnCancel extends ForwardingBlockSpaceManager {
    private int hidden = 1_000;

    LeaksOnCancel(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      if (reason == ReleaseReason.CANCELLED) {
        try {
          super.fork(view(sequence), view(hidden++));
        } catch (IllegalStateException e) {
          hidden++; // it was swapped out
        }
      }
      super.release(sequence, reason);
    }

    private static SequenceView view(int id) {
      return Views.of(id);
    }
  }

  /// Keeps a block for itself from the first plan on.
  private static final class ScratchBlock extends ForwardingBlockSpaceManager {
    private boolean kept;

    ScratchBlock(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public void planning() {
      super.planning();
      if (!kept && availableBlocks(Tier.DEVICE) > 0) {
        kept = true;
        super.admit(Views.of(2_000), 1, false);
      }
    }
  }

  /// Commits what is known.
  private static final class KnownOnly extends ForwardingBlockSpaceManager {
    private final java.util.Map<Integer, SequenceView> views = new java.util.HashMap<>();

    KnownOnly(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public Reservation admit(SequenceView sequence, int tokens, boolean others) {
      Reservation answer = super.admit(sequence, tokens, others);
      views.put(sequence.id(), sequence);
      return answer;
    }

    @Override
    public void commit(int sequence, int tokens) {
      SequenceView view = views.get(sequence);
      if (view != null && tokens > view.length()) {
        throw new IllegalStateException("commit beyond what is known");
      }
      super.commit(sequence, tokens);
    }
  }
}
