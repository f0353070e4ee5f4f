package dev.jacquard.conformance.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Stands before an object and sees each call to it.
final class Tap {
  /// Sees a call; what it returns or throws is what the caller gets.
  @FunctionalInterface
  interface Handler {
    @Nullable Object call(String method, @Nullable Object[] arguments, Real real) throws Throwable;
  }

  /// Passes the call on.
  @FunctionalInterface
  interface Real {
    @Nullable Object call() throws Throwable;
  }

  private static final @Nullable Object[] NOTHING = {};

  private Tap() {}

  static <T> T on(Class<T> type, T real, Handler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            Tap.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return ofObject(proxy, method, arguments, real);
              }
              return handler.call(
                  method.getName(),
                  arguments == null ? NOTHING : arguments,
                  () -> invoke(method, real, arguments));
            }));
  }

  private static @Nullable Object invoke(
      Method method, Object real, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw Objects.requireNonNullElse(e.getCause(), e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // a proxy is itself and nobody else
  private static Object ofObject(
      Object proxy, Method method, @Nullable Object @Nullable [] arguments, Object real) {
    return switch (method.getName()) {
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      default -> real.getClass().getSimpleName();
    };
  }
}
