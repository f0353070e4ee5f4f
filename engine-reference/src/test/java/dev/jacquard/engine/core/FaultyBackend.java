package dev.jacquard.engine.core;

import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.KernelBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// A backend in front of another one whose n-th call of a method fails, before anything is done.
final class FaultyBackend {
  private final Map<String, Set<Integer>> faults = new HashMap<>();
  private final Map<String, Integer> calls = new HashMap<>();
  private BackendException.Severity severity = BackendException.Severity.STEP_FAILED;
  private int failed;

  /// The `call`-th call of `method` from now on fails, counted from 1.
  FaultyBackend fail(String method, int... call) {
    for (int each : call) {
      faults
          .computeIfAbsent(method, m -> new HashSet<>())
          .add(calls.getOrDefault(method, 0) + each);
    }
    return this;
  }

  /// Faults are for good.
  FaultyBackend lose() {
    severity = BackendException.Severity.BACKEND_LOST;
    return this;
  }

  /// Calls that failed.
  int failed() {
    return failed;
  }

  /// Calls of a method so far.
  int calls(String method) {
    return calls.getOrDefault(method, 0);
  }

  KernelBackend before(KernelBackend real) {
    return (KernelBackend)
        Proxy.newProxyInstance(
            KernelBackend.class.getClassLoader(),
            new Class<?>[] {KernelBackend.class},
            (proxy, method, arguments) -> {
              int call = calls.merge(method.getName(), 1, Integer::sum);
              if (faults.getOrDefault(method.getName(), Set.of()).contains(call)) {
                failed++;
                throw new BackendException(
                    StandardErrorCode.BACKEND_FAILED,
                    severity,
                    method.getName() + " failed as the test wants",
                    null);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
