package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// LRU that compares each event with what EVP-10 lets it expect. Where one sequence runs at a time, so that no
/// two compute the same block, it knows who holds what, and follows the times of use too. Engine thread.
final class EvictionWitness extends LruOrder {
  private static final class Content {
    final @Nullable Content parent;
    int block;
    int release = -1;

    Content(@Nullable Content parent, int block) {
      this.parent = parent;
      this.block = block;
    }
  }

  private final Complaints complaints;
  private final int deviceBlocks;
  private final boolean alone;
  private final Map<Integer, Content> cached = new HashMap<>();
  private final Set<Integer> evictable = new HashSet<>();
  private final Map<Integer, Set<Content>> held = new HashMap<>();
  private final TreeMap<Integer, Long> uses = new TreeMap<>();
  private int releases;
  private int deepest = -1;
  private int evicted = -1;

  EvictionWitness(Complaints complaints, int deviceBlocks, boolean alone) {
    super(deviceBlocks);
    this.complaints = complaints;
    this.deviceBlocks = deviceBlocks;
    this.alone = alone;
  }

  private boolean onDevice(int block) {
    return block < deviceBlocks;
  }

  private boolean hasChild(Content content) {
    return cached.values().stream()
        .anyMatch(c -> c.parent == content && onDevice(c.block) == onDevice(content.block));
  }

  private boolean isHeld(Content content) {
    return held.values().stream().anyMatch(blocks -> blocks.contains(content));
  }

  private Set<Content> heldBy(SequenceView sequence) {
    return held.computeIfAbsent(sequence.id(), _ -> new HashSet<>());
  }

  /// The deepest block of a release that nobody else holds becomes evictable at once.
  private void next(String event) {
    if (deepest >= 0) {
      complaints.add(
          "released told the last block "
              + deepest
              + ", a leaf that nobody holds; evictable("
              + deepest
              + ") must follow at once, but "
              + event
              + " came");
      deepest = -1;
    }
  }

  @Override
  public void evictable(int block, long lastUse) {
    if (deepest == block) {
      deepest = -1;
    }
    next("evictable(" + block + ")");
    Content content = cached.get(block);
    complaints.unless(content != null, "evictable told block " + block + ", which is not cached");
    complaints.unless(evictable.add(block), "evictable told block " + block + " twice");
    if (content != null) {
      complaints.unless(
          !hasChild(content),
          "evictable told block " + block + ", which has a cached child in its tier");
      if (alone) {
        complaints.unless(
            !isHeld(content),
            "evictable told block "
                + block
                + " before released was told of the sequence that holds it");
        use(content, block, lastUse);
      }
    }
    super.evictable(block, lastUse);
  }

  private void use(Content content, int block, long lastUse) {
    if (content.release < 0) {
      return;
    }
    Long known = uses.get(content.release);
    if (known == null) {
      Map.Entry<Integer, Long> before = uses.lowerEntry(content.release);
      Map.Entry<Integer, Long> after = uses.higherEntry(content.release);
      complaints.unless(
          (before == null || before.getValue() < lastUse)
              && (after == null || after.getValue() > lastUse),
          "block "
              + block
              + " was released by release "
              + content.release
              + " and has the last use "
              + lastUse
              + ", but the releases before and after it have "
              + before
              + " and "
              + after);
      uses.put(content.release, lastUse);
    } else {
      complaints.unless(
          known == lastUse,
          "block "
              + block
              + " was released by release "
              + content.release
              + " and has the last use "
              + lastUse
              + ", another block of that release had "
              + known);
    }
  }

  @Override
  public void unevictable(int block) {
    next("unevictable(" + block + ")");
    complaints.unless(
        evictable.remove(block), "unevictable told block " + block + ", which was not evictable");
    complaints.unless(
        cached.containsKey(block), "unevictable told block " + block + " after it was gone");
    super.unevictable(block);
  }

  @Override
  public int victim(Tier tier, int stillNeeded, long now) {
    next("the question for a victim");
    int answer = super.victim(tier, stillNeeded, now);
    if (tier == Tier.DEVICE) {
      complaints.unless(
          evicted < 0 || !evictable.contains(evicted),
          "asked for another victim while block " + evicted + ", named before, is still evictable");
      evicted = answer;
    }
    return answer;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    next("opened");
    for (Content c = cached.get(lastBlock); c != null; c = c.parent) {
      heldBy(sequence).add(c);
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    next("stored");
    Content content = new Content(cached.get(parent), block);
    complaints.unless(
        cached.put(block, content) == null,
        "stored told block " + block + ", which is cached already");
    heldBy(sequence).add(content);
  }

  @Override
  public void moved(int from, int to) {
    next("moved(" + from + ", " + to + ")");
    complaints.unless(
        !evictable.contains(from),
        "moved told block " + from + " before unevictable(" + from + ")");
    Content content = cached.remove(from);
    complaints.unless(content != null, "moved told block " + from + ", which is not cached");
    complaints.unless(!cached.containsKey(to), "moved told the target " + to + ", which is cached");
    if (content != null) {
      content.block = to;
      cached.put(to, content);
    }
    evicted = -1;
  }

  @Override
  public void removed(int block, long hash) {
    next("removed(" + block + ")");
    complaints.unless(
        !evictable.contains(block),
        "removed told block " + block + " before unevictable(" + block + ")");
    Content content = cached.remove(block);
    complaints.unless(content != null, "removed told block " + block + ", which is not cached");
    evicted = -1;
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    next("released");
    if (!alone) {
      return;
    }
    heldBy(sequence).forEach(content -> content.release = releases);
    releases++;
    held.remove(sequence.id());
    Content last = cached.get(lastBlock);
    if (last != null && !hasChild(last) && !isHeld(last)) {
      deepest = lastBlock;
    }
  }
}
