package dev.jacquard.conformance.asserting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.conformance.cranky.CrankyBlockSpaceManager;
import dev.jacquard.conformance.cranky.CrankyCacheListener;
import dev.jacquard.conformance.cranky.CrankyEvictionPolicy;
import dev.jacquard.conformance.cranky.CrankyKernelBackend;
import dev.jacquard.conformance.cranky.CrankyScheduler;
import dev.jacquard.conformance.cranky.CrankySchedulingPolicy;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.schedule.Scheduler;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A method that a wrapper does not override is one that nobody watches, or that never fails.
class EveryMethodTest {
  /// Methods of `type` that `wrapper` does not declare itself.
  private static Set<String> missing(Class<?> wrapper, Class<?> type) {
    Set<String> missing = new TreeSet<>();
    for (Method method : type.getMethods()) {
      boolean declared =
          Arrays.stream(wrapper.getDeclaredMethods())
              .anyMatch(own ->
                  own.getName().equals(method.getName())
                      && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
      if (!Modifier.isStatic(method.getModifiers()) && !declared) {
        missing.add(method.getName());
      }
    }
    return missing;
  }

  @Test
  void anAssertingWrapperWatchesEveryMethod() {
    assertEquals(Set.of(), missing(AssertingBlockSpaceManager.class, BlockSpaceManager.class));
    assertEquals(Set.of(), missing(AssertingScheduler.class, Scheduler.class));
    assertEquals(Set.of(), missing(AssertingKernelBackend.class, KernelBackend.class));
    assertEquals(Set.of(), missing(AssertingEvictionPolicy.class, EvictionPolicy.class));
    assertEquals(Set.of(), missing(AssertingSchedulingPolicy.class, SchedulingPolicy.class));
    assertEquals(Set.of(), missing(AssertingSchedulingPolicy.class, CacheListener.class));
    assertEquals(Set.of(), missing(AssertingCacheListener.class, CacheListener.class));
  }

  @Test
  void aCrankyWrapperFailsInEveryMethodThatMayFail() {
    assertEquals(Set.of(), missing(CrankyEvictionPolicy.class, EvictionPolicy.class));
    assertEquals(Set.of(), missing(CrankySchedulingPolicy.class, SchedulingPolicy.class));
    assertEquals(Set.of(), missing(CrankyCacheListener.class, CacheListener.class));
    assertEquals(
        Set.of("close", "holds", "running", "waiting"),
        missing(CrankyScheduler.class, Scheduler.class));
    assertEquals(
        new TreeSet<>(
            List.of(
                "activation",
                "allocateKvCache",
                "allocateStaging",
                "capabilities",
                "columns",
                "exportBlock",
                "free",
                "importBlock",
                "keepsParts",
                "kvBytesPerBlock",
                "loadWeight",
                "memory",
                "orderOfSums",
                "uploadRows")),
        missing(CrankyKernelBackend.class, KernelBackend.class));
    assertEquals(
        new TreeSet<>(
            List.of(
                "availableBlocks",
                "blockSize",
                "cachedBlocks",
                "clear",
                "close",
                "commit",
                "computedTokens",
                "copyTable",
                "drainCopies",
                "peek",
                "planning",
                "tableLength",
                "tableRevision",
                "totalBlocks",
                "truncate")),
        missing(CrankyBlockSpaceManager.class, BlockSpaceManager.class));
  }
}
