package dev.jacquard.engine.model.file;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicBoolean;

/// A shared arena that may be closed more than once.
final class MappedArena implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final AtomicBoolean closed = new AtomicBoolean();

  Arena arena() {
    return arena;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      arena.close();
    }
  }
}
