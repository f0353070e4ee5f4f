package dev.jacquard.engine.core;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

/// Interfaces in front of real objects that fail when a test wants it.
final class Wrapped {
  private Wrapped() {}

  /// What the test thinks of a call before it happens.
  @FunctionalInterface
  interface Interceptor {
    /// Throws to make the call fail.
    void before(String method);
  }

  static <T> UnaryOperator<T> with(Class<T> type, Interceptor interceptor) {
    return real ->
        type.cast(
            Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                  interceptor.before(method.getName());
                  try {
                    return method.invoke(real, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                }));
  }
}
