package dev.jacquard.engine.wiring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an engine opened, closed in reverse: at its end, or when it could not be built to the end. One thread.
public final class CleanupStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CleanupStack.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /// Nothing to close yet.
  public CleanupStack() {}

  /// Remembers `resource` and returns it.
  public <T extends AutoCloseable> T push(T resource) {
    opened.push(resource);
    return resource;
  }

  /// Closes everything, the last opened first; a failure is logged and does not keep the others open.
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      try {
        resource.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        LOG.warn("closing {} failed", resource.getClass().getSimpleName(), e);
      }
    }
  }
}
