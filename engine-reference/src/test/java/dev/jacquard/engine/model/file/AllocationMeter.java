package dev.jacquard.engine.model.file;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Runs a reader on damaged input: it may succeed or throw [ModelFileException], within a budget of
/// heap allocation; anything else fails the test.
public final class AllocationMeter {
  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final long budget;
  private int refused;

  public AllocationMeter(long budgetBytes) {
    budget = budgetBytes;
  }

  /// How many runs ended in [ModelFileException].
  public int refused() {
    return refused;
  }

  /// @param label reproduces the input; printed on failure
  public void run(String label, Runnable reader) {
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      reader.run();
    } catch (ModelFileException e) {
      refused++;
    } catch (RuntimeException | Error e) {
      fail(label + ": " + e, e);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    if (allocated > budget) {
      fail(label + ": allocated " + allocated + " bytes, allowed are " + budget);
    }
  }
}
