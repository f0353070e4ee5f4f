package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The picture of the cache that a listener can keep, and what is wrong with the events that paint it
/// (BSM-18). Never throws: complaints are collected and asked for after the call.
final class CacheShadow implements CacheListener {
  /// What a block caches.
  ///
  /// @param key the KV of its last position: names scope and all tokens
  /// @param tokensKey names all tokens
  /// @param kv what the block must hold, position by position
  record Cached(long key, long tokensKey, List<Long> kv, long hash, int depth) {}

  /// A sequence was told of.
  record Told(int sequence, int block, int count) {}

  private final SpaceShape shape;
  private final Map<Integer, Row> rows;
  private final Map<Integer, Cached> cached = new TreeMap<>();
  private final List<String> events = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final List<Told> opened = new ArrayList<>();
  private final List<Told> hits = new ArrayList<>();
  private final List<Told> released = new ArrayList<>();
  private final List<Integer> unready = new ArrayList<>();
  private final List<Integer> forgotten = new ArrayList<>();
  private @Nullable Row arriving;

  CacheShadow(SpaceShape shape, Map<Integer, Row> rows) {
    this.shape = shape;
    this.rows = rows;
  }

  /// A call begins, for `row` if it is about to be admitted.
  void begin(@Nullable Row row) {
    arriving = row;
    events.clear();
    complaints.clear();
    opened.clear();
    hits.clear();
    released.clear();
    unready.clear();
    forgotten.clear();
  }

  Map<Integer, Cached> cached() {
    return cached;
  }

  List<String> events() {
    return events;
  }

  List<String> complaints() {
    return complaints;
  }

  List<Told> opened() {
    return opened;
  }

  List<Told> hits() {
    return hits;
  }

  List<Told> released() {
    return released;
  }

  /// Blocks that were stored before they were full and committed.
  List<Integer> unready() {
    return unready;
  }

  /// Blocks that were removed.
  List<Integer> forgotten() {
    return forgotten;
  }

  int count(boolean device) {
    int count = 0;
    for (int block : cached.keySet()) {
      count += block < shape.device() == device ? 1 : 0;
    }
    return count;
  }

  /// A block that caches the first blocks of `row` up to `depth`, or -1; one that `preferred` accepts
  /// if there are several.
  int find(Row row, int depth, java.util.function.IntPredicate preferred) {
    long key = row.kv((depth + 1) * shape.blockSize() - 1);
    int found = -1;
    for (Map.Entry<Integer, Cached> entry : cached.entrySet()) {
      if (entry.getValue().key() == key && (found < 0 || preferred.test(entry.getKey()))) {
        found = entry.getKey();
      }
    }
    return found;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    heard("opened(" + sequence.id() + ", last " + lastBlock + ", " + matchedBlocks + " blocks)");
    opened.add(new Told(sequence.id(), lastBlock, matchedBlocks));
    Row row = arriving;
    if (row == null || row.id != sequence.id()) {
      complaints.add("`opened` for sequence " + sequence.id() + ", which is not being admitted");
    } else if (matchedBlocks > 0
        && !caches(lastBlock, row, matchedBlocks - 1)
        && (lastBlock != -1 || shape.window() == 0)) {
      complaints.add(
          "`opened` names block "
              + lastBlock
              + " as the deepest of "
              + matchedBlocks
              + " matched ones; it does not cache that prefix, by the events before");
    } else if (matchedBlocks == 0 && lastBlock != -1) {
      complaints.add("`opened` names block " + lastBlock + " although nothing matched; say -1");
    }
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    heard("hit(" + sequence.id() + ", block " + block + ")");
    hits.add(new Told(sequence.id(), block, 1));
    if (arriving == null || arriving.id != sequence.id()) {
      complaints.add("`hit` by sequence " + sequence.id() + ", which is not being admitted");
    } else if (!cached.containsKey(block)) {
      complaints.add("`hit` of block " + block + ", which is not cached by the events before");
    }
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    heard(
        "stored("
            + sequence.id()
            + ", block "
            + block
            + ", parent "
            + parent
            + ", depth "
            + depth
            + ")");
    Row row = rows.get(sequence.id());
    int end = (depth + 1) * shape.blockSize();
    if (row == null) {
      complaints.add("`stored` by sequence " + sequence.id() + ", which is not admitted");
      return;
    }
    if (block < 0 || block >= shape.device() + shape.host() || depth < 0) {
      complaints.add("`stored` of block " + block + " at depth " + depth + ": there is none");
      return;
    }
    if (end > row.view.length() || end > row.committed) {
      unready.add(block);
      return;
    }
    if (cached.containsKey(block)) {
      complaints.add("`stored` of block " + block + ", which is cached already");
    }
    if (hash != row.view.blockHash(depth)) {
      complaints.add(
          "`stored` of block "
              + block
              + " with hash "
              + hash
              + "; `blockHash("
              + depth
              + ")` is "
              + row.view.blockHash(depth));
    }
    if (depth == 0 ? parent != -1 : !caches(parent, row, depth - 1)) {
      complaints.add(
          "`stored` of block "
              + block
              + " at depth "
              + depth
              + " with parent "
              + parent
              + ", which does not cache the blocks before it");
    }
    List<Long> kv = new ArrayList<>();
    for (int position = end - shape.blockSize(); position < end; position++) {
      kv.add(row.kv(position));
    }
    cached.put(
        block,
        new Cached(row.kv(end - 1), row.tokensUpTo(end - 1), kv, row.view.blockHash(depth), depth));
  }

  @Override
  public void moved(int from, int to) {
    heard("moved(" + from + " to " + to + ")");
    Cached content = cached.remove(from);
    if (content == null) {
      complaints.add("`moved` from block " + from + ", which is not cached by the events before");
    } else if (to < 0 || to >= shape.device() + shape.host()) {
      complaints.add("`moved` to block " + to + ": there is none");
    } else if (cached.put(to, content) != null) {
      complaints.add("`moved` to block " + to + ", which is cached already");
    }
  }

  @Override
  public void removed(int block, long hash) {
    heard("removed(" + block + ")");
    Cached content = cached.remove(block);
    forgotten.add(block);
    if (content == null) {
      complaints.add("`removed` of block " + block + ", which is not cached by the events before");
    } else if (content.hash() != hash) {
      complaints.add(
          "`removed` of block "
              + block
              + " with hash "
              + hash
              + "; it was stored with "
              + content.hash());
    }
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    heard("released(" + sequence.id() + ", " + reason + ", last " + lastBlock + ")");
    released.add(new Told(sequence.id(), lastBlock, 0));
    Row row = rows.get(sequence.id());
    if (row == null) {
      complaints.add("`released` for sequence " + sequence.id() + ", which is not admitted");
      return;
    }
    int full = Math.min(row.computed, row.view.length()) / shape.blockSize();
    int deepest = full - 1;
    while (deepest >= 0 && find(row, deepest, b -> false) < 0) {
      deepest--;
    }
    Cached last = cached.get(lastBlock);
    boolean right =
        last == null
            ? lastBlock == -1 && (deepest < 0 || shape.window() > 0)
            : (last.depth() == deepest || shape.window() > 0)
                && last.depth() < full
                && caches(lastBlock, row, last.depth());
    if (!right) {
      complaints.add(
          "`released` of sequence "
              + row.id
              + " names block "
              + lastBlock
              + " as that of its deepest cached content; by the events it is "
              + (deepest < 0 ? -1 : find(row, deepest, b -> b == lastBlock)));
    }
  }

  @Override
  public void cleared() {
    heard("cleared()");
    complaints.add("`cleared` was told by the manager; only the host tells it");
  }

  private boolean caches(int block, Row row, int depth) {
    Cached content = cached.get(block);
    int end = (depth + 1) * shape.blockSize();
    return content != null && end <= row.view.length() && content.key() == row.kv(end - 1);
  }

  private void heard(String event) {
    events.add(event);
  }
}
