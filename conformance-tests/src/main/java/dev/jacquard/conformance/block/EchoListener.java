package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.util.ArrayList;
import java.util.List;

/// The second listener of the list: must hear what the first heard, and after it.
final class EchoListener implements CacheListener {
  private final CacheShadow first;
  private final List<String> events = new ArrayList<>();
  private boolean early;

  EchoListener(CacheShadow first) {
    this.first = first;
  }

  void begin() {
    events.clear();
    early = false;
  }

  /// What is wrong, or nothing.
  String complaint() {
    if (early) {
      return "the second listener of the list heard `" + events.getLast() + "` before the first";
    }
    if (!events.equals(first.events())) {
      return "the first listener of the list heard " + first.events() + ", the second " + events;
    }
    return "";
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    heard("opened(" + sequence.id() + ", last " + lastBlock + ", " + matchedBlocks + " blocks)");
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
  }

  @Override
  public void moved(int from, int to) {
    heard("moved(" + from + " to " + to + ")");
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    heard("hit(" + sequence.id() + ", block " + block + ")");
  }

  @Override
  public void removed(int block, long hash) {
    heard("removed(" + block + ")");
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    heard("released(" + sequence.id() + ", " + reason + ", last " + lastBlock + ")");
  }

  @Override
  public void cleared() {
    heard("cleared()");
  }

  private void heard(String event) {
    if (!early) {
      events.add(event);
      early = first.events().size() < events.size();
    }
  }
}
