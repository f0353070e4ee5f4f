package dev.jacquard.conformance.forwarding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.schedule.SchedulingPolicy;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A default method that a wrapper does not pass on is a hole through which a plugin looks right.
class ForwardingPolicyTest {
  @Test
  void theEvictionWrapperOverridesEveryMethod() {
    assertEquals(List.of(), missing(ForwardingEvictionPolicy.class, EvictionPolicy.class));
  }

  @Test
  void theSchedulingWrapperOverridesEveryMethod() {
    assertEquals(List.of(), missing(ForwardingSchedulingPolicy.class, SchedulingPolicy.class));
    assertEquals(List.of(), missing(ForwardingSchedulingPolicy.class, CacheListener.class));
  }

  private static List<String> missing(Class<?> wrapper, Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> !declares(wrapper, method))
        .map(Method::toString)
        .toList();
  }

  private static boolean declares(Class<?> wrapper, Method method) {
    return Arrays.stream(wrapper.getDeclaredMethods())
        .anyMatch(own ->
            own.getName().equals(method.getName())
                && Arrays.equals(own.getParameterTypes(), method.getParameterTypes()));
  }
}
