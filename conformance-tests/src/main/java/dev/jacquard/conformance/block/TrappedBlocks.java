package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.request.SequenceView;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Stands between a manager and a listener, and notes when the listener throws or calls back in the
/// midst of an event.
final class TrappedBlocks implements CacheListener {
  private static final int LAST = 8;

  private final List<String> complaints = new ArrayList<>();
  private final Deque<String> events = new ArrayDeque<>();
  private @Nullable CacheListener listener;
  private @Nullable BlockSpaceManager inner;
  private String telling = "";

  void hear(CacheListener heard) {
    listener = heard;
  }

  /// The manager as the listener sees it.
  BlockSpaceManager entrance() {
    return (BlockSpaceManager)
        Proxy.newProxyInstance(
            TrappedBlocks.class.getClassLoader(),
            new Class<?>[] {BlockSpaceManager.class},
            (proxy, method, arguments) -> {
              if (!telling.isEmpty()) {
                complain(
                    "called " + method.getName() + " of the manager while it was told " + telling);
              }
              try {
                return method.invoke(Objects.requireNonNull(inner, "no manager yet"), arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  BlockSpaceManager around(BlockSpaceManager manager) {
    inner = manager;
    return manager;
  }

  List<String> complaints() {
    return complaints;
  }

  List<String> lastEvents() {
    return List.copyOf(events);
  }

  private void complain(String text) {
    if (complaints.size() < LAST) {
      complaints.add("the listener " + text);
    }
  }

  private void tell(String event, java.util.function.Consumer<CacheListener> teller) {
    if (events.size() == LAST) {
      events.removeFirst();
    }
    events.addLast(event);
    telling = event;
    try {
      teller.accept(Objects.requireNonNull(listener, "no listener yet"));
    } catch (RuntimeException e) {
      complain("threw " + e + " when it was told " + event);
    } finally {
      telling = "";
    }
  }

  @Override
  public void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {
    tell(
        "opened(" + sequence.id() + ", " + lastBlock + ", " + matchedBlocks + ")",
        l -> l.opened(sequence, lastBlock, matchedBlocks));
  }

  @Override
  public void stored(SequenceView sequence, int block, int parent, long hash, int depth) {
    tell(
        "stored(" + sequence.id() + ", " + block + ", " + parent + ", hash, " + depth + ")",
        l -> l.stored(sequence, block, parent, hash, depth));
  }

  @Override
  public void moved(int from, int to) {
    tell("moved(" + from + ", " + to + ")", l -> l.moved(from, to));
  }

  @Override
  public void hit(SequenceView sequence, int block) {
    tell("hit(" + sequence.id() + ", " + block + ")", l -> l.hit(sequence, block));
  }

  @Override
  public void removed(int block, long hash) {
    tell("removed(" + block + ")", l -> l.removed(block, hash));
  }

  @Override
  public void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {
    tell(
        "released(" + sequence.id() + ", " + reason + ", " + lastBlock + ")",
        l -> l.released(sequence, reason, lastBlock));
  }

  @Override
  public void cleared() {
    tell("cleared()", CacheListener::cleared);
  }
}
