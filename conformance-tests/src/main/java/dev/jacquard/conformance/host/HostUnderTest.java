package dev.jacquard.conformance.host;

import java.util.List;

/// A host as the kit asks it: it starts with plugins, serves requests given as tokens, says what became
/// of them, and is closed. An engine is judged through an adapter of this kind.
@FunctionalInterface
public interface HostUnderTest {
  /// Starts an engine with the plugins of `setup`, as if an operator had installed them.
  ///
  /// @throws dev.jacquard.spi.error.EngineException when it cannot start, with the text an operator reads
  Started start(HostSetup setup);

  /// An engine that runs.
  interface Started extends AutoCloseable {
    /// Submits all requests in this order, between two steps, and waits until each has ended.
    List<Answer> serve(List<Ask> asks);

    /// The value of a metric now, all label sets together; 0 when there is none of the name.
    double metric(String name);

    /// The lines that tell the operator which plugins could not be loaded, and why.
    List<String> problems();

    /// Whether it takes requests.
    boolean serving();

    /// Stops it; idempotent.
    @Override
    void close();
  }
}
