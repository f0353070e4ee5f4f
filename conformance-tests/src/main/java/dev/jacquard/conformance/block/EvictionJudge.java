package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Stands between a manager and a policy: remembers what the policy was told and judges each answer.
/// It fails for one rule only; answers that break another one are mended, so that a check says
/// nothing of rules that are not its own.
final class EvictionJudge implements EvictionPolicy {
  private static final int CALLS_SHOWN = 24;
  private static final int BLOCKS_SHOWN = 12;

  private final EvictionPolicy policy;
  private final Rule focus;
  private final int deviceBlocks;
  private final int hostBlocks;
  private final NavigableSet<Integer> evictable = new TreeSet<>();
  private final BitSet cached = new BitSet();
  private final BitSet toldOnce = new BitSet();
  private final Deque<String> calls = new ArrayDeque<>();
  private final List<String> answers = new ArrayList<>();
  private @Nullable String inside;
  private @Nullable String intrusion;

  /// @param focus the rule whose violations are failures
  EvictionJudge(EvictionPolicy policy, Rule focus, int deviceBlocks, int hostBlocks) {
    this.policy = policy;
    this.focus = focus;
    this.deviceBlocks = deviceBlocks;
    this.hostBlocks = hostBlocks;
  }

  /// Every answer so far, with its question.
  List<String> answers() {
    return answers;
  }

  /// Blocks of `tier` that the policy was told are evictable, ascending.
  NavigableSet<Integer> evictable(Tier tier) {
    return tier == Tier.DEVICE
        ? evictable.headSet(deviceBlocks, false)
        : evictable.tailSet(deviceBlocks, true);
  }

  /// Somebody called `method` of the manager; it counts when it comes from within the policy.
  void intruded(String method) {
    if (inside != null && intrusion == null) {
      intrusion = "during " + inside + " the policy called " + method + " of the manager";
    }
  }

  @Override
  public void evictable(int block, long lastUse) {
    toldOnce.set(block);
    evictable.add(block);
    tell("evictable(" + block + ", " + lastUse + ")", () -> policy.evictable(block, lastUse));
  }

  @Override
  public void unevictable(int block) {
    evictable.remove(block);
    tell("unevictable(" + block + ")", () -> policy.unevictable(block));
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    String question = "victim(" + tier + ", " + stillNeeded + ", " + now + ")";
    int answer = ask(question, () -> policy.victim(tier, stillNeeded, now));
    NavigableSet<Integer> there = evictable(tier);
    if (answer == -1 ? there.isEmpty() : there.contains(answer)) {
      return answer;
    }
    if (answer == -1) {
      String found =
          question + " answered -1, but it was told of evictable blocks there: " + shown(there);
      violated(Rule.EVP_2, found);
      violated(Rule.EVP_3, found);
    } else {
      String found =
          "%s answered %d, %s; evictable there: %s"
              .formatted(question, answer, what(answer, tier), shown(there));
      violated(Rule.EVP_1, found);
      violated(Rule.EVP_3, found);
    }
    return there.isEmpty() ? -1 : there.first();
  }

  private String what(int answer, Tier tier) {
    int blocks = deviceBlocks + hostBlocks;
    if (answer < 0 || answer >= blocks) {
      return "which is no block: ids are 0 to " + (blocks - 1);
    }
    if (answer < deviceBlocks != (tier == Tier.DEVICE)) {
      return "a block of the other tier: device blocks are below " + deviceBlocks;
    }
    return toldOnce.get(answer)
        ? "which was taken back by unevictable"
        : "which it was never told is evictable";
  }

  @Override
  public boolean demote(int block) {
    return ask("demote(" + block + ")", () -> policy.demote(block) ? 1 : 0) == 1;
  }

  @Override
  public int prefetch(long now) {
    String question = "prefetch(" + now + ")";
    int answer = ask(question, () -> policy.prefetch(now));
    if (answer == -1 || (answer >= deviceBlocks && cached.get(answer))) {
      return answer;
    }
    violated(
        Rule.EVP_7,
        question
            + " answered "
            + answer
            + ", which is not a cached host block; host blocks are "
            + deviceBlocks
            + " to "
            + (deviceBlocks + hostBlocks - 1)
            + ", cached among them "
            + shown(hostCached()));
    return -1;
  }

  private NavigableSet<Integer> hostCached() {
    NavigableSet<Integer> there = new TreeSet<>();
    cached.stream().filter(block -> block >= deviceBlocks).forEach(there::add);
    return there;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    tell(
        "opened(sequence " + sequence.id() + ", " + lastBlock + ", " + matchedBlocks + ")",
        () -> policy.opened(sequence, lastBlock, matchedBlocks));
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    cached.set(block);
    tell(
        "stored(sequence "
            + sequence.id()
            + ", "
            + block
            + ", parent "
            + parent
            + ", hash, depth "
            + depth
            + ")",
        () -> policy.stored(sequence, block, parent, hash, depth));
  }

  @Override
  public void moved(int from, int to) {
    cached.clear(from);
    cached.set(to);
    tell("moved(" + from + ", " + to + ")", () -> policy.moved(from, to));
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    tell("hit(sequence " + sequence.id() + ", " + block + ")", () -> policy.hit(sequence, block));
  }

  @Override
  public void removed(int block, long hash) {
    cached.clear(block);
    tell("removed(" + block + ", hash)", () -> policy.removed(block, hash));
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    tell(
        "released(sequence " + sequence.id() + ", " + reason + ", " + lastBlock + ")",
        () -> policy.released(sequence, reason, lastBlock));
  }

  @Override
  public void cleared() {
    evictable.clear();
    cached.clear();
    tell("cleared()", policy::cleared);
  }

  private void tell(String call, Runnable event) {
    guarded(
        call,
        () -> {
          event.run();
          return 0;
        });
  }

  private int ask(String question, IntSupplier asked) {
    int answer = guarded(question, asked);
    answers.add(question + " -> " + answer);
    return answer;
  }

  private int guarded(String call, IntSupplier body) {
    calls.add(call);
    if (calls.size() > CALLS_SHOWN) {
      calls.remove();
    }
    inside = call;
    try {
      return body.getAsInt();
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError(call + " threw " + thrown(e) + callsSoFar(), e);
    } finally {
      inside = null;
      if (intrusion != null) {
        String found = intrusion;
        intrusion = null;
        violated(Rule.EVP_9, found + "; policies may not call back");
      }
    }
  }

  private static String thrown(Throwable e) {
    StackTraceElement[] frames = e.getStackTrace();
    return e + (frames.length == 0 ? "" : " at " + frames[0]);
  }

  /// Fails if `rule` is the one that is checked; EVP-11 is about all others at odd sizes.
  void violated(Rule rule, String what) {
    if (rule == focus || focus == Rule.EVP_11) {
      throw new AssertionError(what + callsSoFar());
    }
  }

  private String callsSoFar() {
    return "\nthe last calls it was given:\n  " + String.join("\n  ", calls);
  }

  private static String shown(NavigableSet<Integer> blocks) {
    if (blocks.isEmpty()) {
      return "none";
    }
    String first = String.join(", ", blocks.stream().limit(BLOCKS_SHOWN).map(b -> "" + b).toList());
    return blocks.size() > BLOCKS_SHOWN ? first + " and more, " + blocks.size() + " in all" : first;
  }
}
