package dev.jacquard.engine.kernel.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPoolTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void every_item_of_every_region_runs_exactly_once(int threads) {
    try (WorkerPool pool = new WorkerPool(threads, "once")) {
      for (int region = 0; region < 3000; region++) {
        int items = region % 37;
        AtomicIntegerArray seen = new AtomicIntegerArray(items);
        pool.run((worker, item) -> seen.incrementAndGet(item), items);
        for (int i = 0; i < items; i++) {
          assertEquals(1, seen.get(i), "item " + i + " of region " + region);
        }
      }
    }
  }

  @Test
  void what_an_item_throws_reaches_the_caller_and_the_pool_works_on() {
    try (WorkerPool pool = new WorkerPool(3, "throwing")) {
      RuntimeException thrown = new IllegalStateException("item 11");
      WorkerPool.Task failing =
          (worker, item) -> {
            if (item == 11) {
              throw thrown;
            }
          };
      assertSame(thrown, assertThrows(RuntimeException.class, () -> pool.run(failing, 20)));
      AtomicIntegerArray seen = new AtomicIntegerArray(20);
      pool.run((worker, item) -> seen.incrementAndGet(item), 20);
      for (int i = 0; i < 20; i++) {
        assertEquals(1, seen.get(i));
      }
    }
  }

  @Test
  void no_thread_survives_close() {
    String name = "survivor-" + System.nanoTime();
    WorkerPool pool = new WorkerPool(4, name);
    pool.run((worker, item) -> {}, 100);
    pool.close();
    pool.close();
    boolean alive =
        Thread.getAllStackTraces().keySet().stream().anyMatch(t -> t.getName().startsWith(name));
    assertFalse(alive);
    assertThrows(IllegalStateException.class, () -> pool.run((worker, item) -> {}, 2));
  }
}
