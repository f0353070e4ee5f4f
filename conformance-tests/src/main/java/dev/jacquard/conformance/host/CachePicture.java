package dev.jacquard.conformance.host;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.HashMap;
import java.util.Map;

/// A listener that keeps an exact picture of what is cached, as BSM-18 and BSM-32 promise, and complains when
/// an event does not fit it. Engine thread.
final class CachePicture implements CacheListener {
  private final Map<Integer, Long> hashes = new HashMap<>();
  private final Complaints complaints;
  private int cleared;

  CachePicture(Complaints complaints) {
    this.complaints = complaints;
  }

  int cached() {
    return hashes.size();
  }

  int timesCleared() {
    return cleared;
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    complaints.unless(
        (lastBlock == -1) == (matchedBlocks == 0),
        "opened told " + matchedBlocks + " matched blocks and the last block " + lastBlock);
    known(lastBlock, "opened");
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    known(parent, "stored as parent");
    Long before = hashes.put(block, hash);
    complaints.unless(
        before == null,
        "stored told block "
            + block
            + ", which was told before and neither removed nor moved nor cleared");
  }

  @Override
  public void moved(int from, int to) {
    known(from, "moved");
    Long hash = hashes.remove(from);
    Long before = hashes.put(to, hash == null ? 0 : hash);
    complaints.unless(
        before == null, "moved told a target, block " + to + ", that is cached already");
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    known(block, "hit");
  }

  @Override
  public void removed(int block, long hash) {
    known(block, "removed");
    Long before = hashes.remove(block);
    complaints.unless(
        before == null || before == hash,
        "removed told another hash of block " + block + " than stored did");
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    known(lastBlock, "released");
  }

  @Override
  public void cleared() {
    cleared++;
    hashes.clear();
  }

  private void known(int block, String event) {
    complaints.unless(
        block == -1 || hashes.containsKey(block),
        event + " told block " + block + ", which is not cached as far as a listener was told");
  }
}
