package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Keeps what the cache holds from the events alone, and refuses events that do not add up.
final class CacheMirror implements CacheListener {
  /// A cached block: the prefix it ends, and the one before it.
  record Entry(long prefix, long parent, int depth, long hash, long[] positions) {}

  final Map<Integer, Entry> cached = new HashMap<>();
  final List<String> log = new ArrayList<>();

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    log.add("opened " + sequence.id() + " " + lastBlock + " " + matchedBlocks);
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    log.add("hit " + sequence.id() + " " + block);
  }

  @Override
  public void stored(SequenceView view, int block, int parent, long hash, int depth) {
    log.add("stored " + view.id() + " " + block + " " + parent + " " + depth);
    TestSequence sequence = (TestSequence) view;
    int from = depth * sequence.blockSize;
    long[] positions = new long[sequence.blockSize];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = sequence.prefix(from + i + 1);
    }
    long prefix = positions[positions.length - 1];
    assertEquals(-1, depth == 0 ? parent : -1, "a root has no parent");
    if (depth > 0) {
      assertTrue(cached.containsKey(parent), "parent " + parent + " of " + block + " not cached");
      assertEquals(sequence.prefix(from), cached.get(parent).prefix(), "wrong parent");
    }
    assertEquals(sequence.blockHash(depth), hash);
    for (Entry other : cached.values()) {
      assertTrue(other.prefix() != prefix, "the same prefix is cached twice");
    }
    Entry before =
        cached.put(block, new Entry(prefix, sequence.prefix(from), depth, hash, positions));
    assertEquals(null, before, "block " + block + " was cached already");
  }

  @Override
  public void moved(int from, int to) {
    log.add("moved " + from + " " + to);
    assertTrue(cached.containsKey(from), "moved block " + from + " is not cached");
    assertEquals(null, cached.put(to, cached.remove(from)), "moved onto a cached block " + to);
  }

  @Override
  public void removed(int block, long hash) {
    log.add("removed " + block);
    Entry entry = cached.remove(block);
    assertTrue(entry != null && entry.hash() == hash, "removed block " + block + " was not cached");
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    log.add("released " + sequence.id() + " " + reason + " " + lastBlock);
    assertTrue(lastBlock == -1 || cached.containsKey(lastBlock), "last block is not cached");
  }

  boolean caches(long prefix) {
    return cached.values().stream().anyMatch(entry -> entry.prefix() == prefix);
  }
}
