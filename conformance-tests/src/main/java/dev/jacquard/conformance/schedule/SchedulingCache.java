package dev.jacquard.conformance.schedule;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which prefixes are cached, by hash, and the events of it. Blocks never run out.
final class SchedulingCache {
  private static final class Block {
    final int id;
    final long hash;
    int children;
    int holders;

    Block(int id, long hash) {
      this.id = id;
      this.hash = hash;
    }
  }

  private final int blockSize;
  private final CacheListener listener;
  private final Map<Long, Block> cached = new HashMap<>();
  private final Map<Integer, List<Block>> held = new HashMap<>();
  private final Map<Block, Block> parents = new HashMap<>();
  private int ids;

  SchedulingCache(int blockSize, CacheListener listener) {
    this.blockSize = blockSize;
    this.listener = listener;
  }

  /// Tokens of the sequence's prefix that are cached.
  int cachedTokens(SequenceView sequence) {
    int block = 0;
    while ((block + 1) * blockSize < sequence.length()
        && cached.containsKey(sequence.blockHash(block))) {
      block++;
    }
    return block * blockSize;
  }

  /// Takes `sequence` in; answers the tokens found.
  int open(SequenceView sequence) {
    int tokens = cachedTokens(sequence);
    List<Block> found = new ArrayList<>();
    for (int block = 0; block < tokens / blockSize; block++) {
      found.add(require(sequence.blockHash(block)));
    }
    found.forEach(block -> block.holders++);
    held.put(sequence.id(), found);
    listener.opened(sequence, found.isEmpty() ? -1 : found.getLast().id, found.size());
    found.forEach(block -> listener.hit(sequence, block.id));
    return tokens;
  }

  /// `child` holds what `parent` holds.
  void fork(SequenceView parent, SequenceView child) {
    List<Block> blocks = new ArrayList<>(held.getOrDefault(parent.id(), List.of()));
    blocks.forEach(block -> block.holders++);
    held.put(child.id(), blocks);
  }

  /// Everything below `tokens` is computed.
  void commit(SequenceView sequence, int tokens) {
    List<Block> blocks = held.computeIfAbsent(sequence.id(), _ -> new ArrayList<>());
    for (int i = blocks.size(); (i + 1) * blockSize <= tokens; i++) {
      long hash = sequence.blockHash(i);
      Block block = cached.get(hash);
      if (block == null) {
        block = new Block(ids++, hash);
        cached.put(hash, block);
        if (i > 0) {
          parents.put(block, blocks.get(i - 1));
          blocks.get(i - 1).children++;
        }
        listener.stored(sequence, block.id, i == 0 ? -1 : blocks.get(i - 1).id, hash, i);
      }
      block.holders++;
      blocks.add(block);
    }
  }

  /// The sequence holds nothing any more.
  void release(SequenceView sequence, ReleaseReason reason) {
    List<Block> blocks = held.remove(sequence.id());
    if (blocks != null) {
      blocks.forEach(block -> block.holders--);
      listener.released(sequence, reason, blocks.isEmpty() ? -1 : blocks.getLast().id);
    }
  }

  /// Releases, then evicts what was released until at most `keep` blocks are cached.
  void release(SequenceView sequence, ReleaseReason reason, int keep) {
    List<Block> blocks = held.getOrDefault(sequence.id(), List.of());
    release(sequence, reason);
    for (int i = blocks.size() - 1; i >= 0 && cached.size() > keep; i--) {
      if (blocks.get(i).holders > 0 || blocks.get(i).children > 0) {
        return;
      }
      evict(blocks.get(i));
    }
  }

  /// Evicts the `pick`-th block that nobody holds or continues, if there is one.
  void evictAny(int pick) {
    List<Block> idle =
        cached.values().stream()
            .filter(block -> block.holders == 0 && block.children == 0)
            .sorted((a, b) -> a.id - b.id)
            .toList();
    if (!idle.isEmpty()) {
      evict(idle.get(pick % idle.size()));
    }
  }

  private void evict(Block block) {
    cached.remove(block.hash);
    Block parent = parents.remove(block);
    if (parent != null) {
      parent.children--;
    }
    listener.removed(block.id, block.hash);
  }

  private Block require(long hash) {
    Block block = cached.get(hash);
    if (block == null) {
      throw new IllegalStateException("no block caches " + hash);
    }
    return block;
  }
}
