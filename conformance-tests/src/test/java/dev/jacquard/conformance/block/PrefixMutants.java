package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.RequestInfo;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// Mutants that match, share or order wrongly.
final class PrefixMutants {
  private PrefixMutants() {}

  static List<Mutant<ManagerUnderTest>> all() {
    AtomicInteger made = new AtomicInteger();
    return List.of(
        BlockSpaceMutants.of(
            Rule.BSM_3,
            "blocks are cached when they are reserved",
            "not full, not committed",
            Eager::new),
        new Mutant<>(
            Rule.BSM_3,
            "prefixSharing is not read",
            context ->
                BlockSpaceMutants.naive(
                    BlockSpaceMutants.plain(context).withRules(context.watermark(), true)),
            "sharing is off"),
        lying(
            Rule.BSM_4,
            "a prompt that is cached whole is matched whole",
            "strictly below length()",
            Longer::new),
        lying(
            Rule.BSM_5, "the scope is not part of the root", "another cache scope", Scopeless::new),
        lying(Rule.BSM_6, "the hash is trusted", "other tokens", HashTrusting::new),
        lying(
            Rule.BSM_6,
            "sglang#16521: generated tokens are not part of the key",
            "other tokens",
            PromptOnly::new),
        BlockSpaceMutants.of(
            Rule.BSM_19,
            "peek holds what it finds for a moment",
            "must change nothing",
            HoldingPeek::new),
        new Mutant<>(
            Rule.BSM_19,
            "peek changes the order of eviction",
            context -> {
              Turning policy = new Turning(context.deviceBlocks());
              return new ForwardingBlockSpaceManager(context.paged(policy)) {
                @Override
                public int peek(SequenceView sequence) {
                  policy.newest = !policy.newest;
                  return super.peek(sequence);
                }
              };
            },
            "with peek between them"),
        lying(Rule.BSM_29, "only the first block is looked for", "cached are", FirstBlock::new),
        new Mutant<>(
            Rule.BSM_30,
            "what is evicted depends on what ran before",
            context -> {
              Turning policy = new Turning(context.deviceBlocks());
              policy.newest = made.getAndIncrement() % 2 == 0;
              return context.paged(policy);
            },
            "the same calls"));
  }

  private static Mutant<ManagerUnderTest> lying(
      Rule rule, String name, String phrase, UnaryOperator<SequenceView> as) {
    return BlockSpaceMutants.of(rule, name, phrase, to -> new Lying(to, as));
  }

  /// Takes sequences for something else.
  private static final class Lying extends ForwardingBlockSpaceManager {
    private final UnaryOperator<SequenceView> as;

    Lying(BlockSpaceManager to, UnaryOperator<SequenceView> as) {
      super(to);
      this.as = as;
    }

    @Override
    public int peek(SequenceView sequence) {
      return super.peek(as.apply(sequence));
    }

    @Override
    public Reservation admit(SequenceView sequence, int tokens, boolean others) {
      return super.admit(as.apply(sequence), tokens, others);
    }

    @Override
    public void fork(SequenceView parent, SequenceView child) {
      super.fork(parent, as.apply(child));
    }
  }

  private static final class Longer extends LyingView {
    Longer(SequenceView to) {
      super(to);
    }

    @Override
    public int length() {
      return super.length() + (super.length() == promptLength() ? 1 : 0);
    }

    @Override
    public int token(int position) {
      return super.token(Math.min(position, super.length() - 1));
    }
  }

  private static final class FirstBlock extends LyingView {
    FirstBlock(SequenceView to) {
      super(to);
    }

    @Override
    public int token(int position) {
      return super.token(position) + (position > 3 ? 1_000 * (id() + 1) : 0);
    }
  }

  private static final class Scopeless extends LyingView {
    Scopeless(SequenceView to) {
      super(to);
    }

    @Override
    public RequestInfo request() {
      return NaiveRequests.of(1, 0, 0, "", "");
    }
  }

  private static final class HashTrusting extends LyingView {
    private final SequenceView to;

    HashTrusting(SequenceView to) {
      super(to);
      this.to = to;
    }

    @Override
    public int token(int position) {
      int block = 0;
      for (int size = 1; size <= 8; size++) {
        block = Math.max(block, hashOfBlockOf(position, size));
      }
      return block;
    }

    private int hashOfBlockOf(int position, int size) {
      try {
        return (int) to.blockHash(position / size);
      } catch (IllegalStateException e) {
        return 0; // blocks are smaller than that
      }
    }
  }

  private static final class PromptOnly extends LyingView {
    PromptOnly(SequenceView to) {
      super(to);
    }

    @Override
    public int token(int position) {
      return position % 4 == 1 ? 0 : super.token(position);
    }
  }

  /// Commits what is only reserved, and does not say so.
  private static final class Eager extends ForwardingBlockSpaceManager {
    private final Map<Integer, Integer> computed = new HashMap<>();

    Eager(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public Reservation reserve(int sequence, int tokens) {
      Reservation answer = super.reserve(sequence, tokens);
      if (answer == Reservation.GRANTED && tokens > super.computedTokens(sequence)) {
        computed.putIfAbsent(sequence, super.computedTokens(sequence));
        super.commit(sequence, tokens);
      }
      return answer;
    }

    @Override
    public int computedTokens(int sequence) {
      int really = super.computedTokens(sequence);
      return Math.min(really, computed.getOrDefault(sequence, really));
    }

    @Override
    public void commit(int sequence, int tokens) {
      super.commit(sequence, Math.max(tokens, super.computedTokens(sequence)));
      computed.computeIfPresent(sequence, (id, before) -> tokens);
    }

    @Override
    public void truncate(int sequence, int tokens) {
      super.truncate(sequence, tokens);
      computed.computeIfPresent(sequence, (id, before) -> Math.min(before, tokens));
    }

    @Override
    public void release(int sequence, ReleaseReason reason) {
      super.release(sequence, reason);
      computed.remove(sequence);
    }
  }

  private static final class HoldingPeek extends ForwardingBlockSpaceManager {
    HoldingPeek(BlockSpaceManager to) {
      super(to);
    }

    @Override
    public int peek(SequenceView sequence) {
      int matched = super.peek(sequence);
      if (matched > 0) {
        SequenceView guest =
            new LyingView(sequence) {
              @Override
              public int id() {
                return 3_000;
              }
            };
        if (super.admit(guest, 1, false) == Reservation.GRANTED) {
          super.release(3_000, ReleaseReason.FINISHED);
        }
      }
      return matched;
    }
  }

  /// Evicts the newest or the oldest.
  private static final class Turning implements EvictionPolicy {
    private final int deviceBlocks;
    private final List<Integer> evictable = new ArrayList<>();
    private boolean newest;

    Turning(int deviceBlocks) {
      this.deviceBlocks = deviceBlocks;
    }

    @Override
    public void evictable(int block, long lastUse) {
      evictable.add(block);
    }

    @Override
    public void unevictable(int block) {
      evictable.remove((Integer) block);
    }

    @Override
    public int victim(Tier tier, int stillNeeded, long now) {
      List<Integer> there =
          evictable.stream().filter(b -> b < deviceBlocks == (tier == Tier.DEVICE)).toList();
      return there.isEmpty() ? -1 : newest ? there.getLast() : there.getFirst();
    }
  }
}
