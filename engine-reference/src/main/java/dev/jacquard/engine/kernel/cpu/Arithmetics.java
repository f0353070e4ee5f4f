package dev.jacquard.engine.kernel.cpu;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Chooses the arithmetic. This is the one place that reaches the vector classes, and it does so by
/// name, so that a JVM without the incubating module never links them.
final class Arithmetics {
  private static final Logger LOG = LoggerFactory.getLogger(Arithmetics.class);
  private static final String MODULE = "jdk.incubator.vector";
  private static final String VECTOR = "dev.jacquard.engine.kernel.cpu.VectorArithmetic";

  private Arithmetics() {}

  /// The fastest one that works here; says so when that is slow.
  static Arithmetic best() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      LOG.warn(
          "The Vector API is not enabled: kernels run one number at a time, many times slower."
              + " Start the JVM with --add-modules {}",
          MODULE);
      return new ScalarArithmetic();
    }
    try {
      return Class.forName(VECTOR)
          .asSubclass(Arithmetic.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      LOG.warn("The Vector API does not work here: kernels run one number at a time", e);
      return new ScalarArithmetic();
    }
  }
}
