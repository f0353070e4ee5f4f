package dev.jacquard.conformance.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.conformance.forwarding.ForwardingScheduler;
import dev.jacquard.spi.schedule.Scheduler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ForwardingSchedulerTest {
  @Test
  void everyMethodOfTheInterfaceIsOverridden() throws NoSuchMethodException {
    for (Method method : Scheduler.class.getMethods()) {
      if (!Modifier.isStatic(method.getModifiers())) {
        Method own =
            ForwardingScheduler.class.getMethod(method.getName(), method.getParameterTypes());
        assertEquals(ForwardingScheduler.class, own.getDeclaringClass(), method.getName());
      }
    }
  }

  @Test
  void everyCallGoesToTheDelegate() throws IllegalAccessException, InvocationTargetException {
    List<String> calls = new ArrayList<>();
    Scheduler delegate =
        (Scheduler)
            Proxy.newProxyInstance(
                Scheduler.class.getClassLoader(),
                new Class<?>[] {Scheduler.class},
                (proxy, method, arguments) -> {
                  calls.add(method.getName());
                  return zero(method);
                });
    Scheduler forwarding = new ForwardingScheduler(delegate);
    List<String> expected = new ArrayList<>();
    for (Method method : Scheduler.class.getMethods()) {
      if (!Modifier.isStatic(method.getModifiers())) {
        method.invoke(
            forwarding,
            Arrays.stream(method.getParameterTypes())
                .map(type -> type == int.class ? 0 : null)
                .toArray());
        expected.add(method.getName());
      }
    }
    assertEquals(expected, calls);
  }

  private static @Nullable Object zero(Method method) {
    Class<?> type = method.getReturnType();
    return type == void.class ? null : type == boolean.class ? (Object) false : (Object) 0;
  }

  @Test
  @SuppressWarnings("NullAway") // what a caller without null checks does
  void aMissingDelegateIsRefused() {
    assertThrows(NullPointerException.class, () -> new ForwardingScheduler(null));
  }
}
