package dev.jacquard.conformance.plugin;

import dev.jacquard.spi.request.RequestHints;

/// The hints of the requests of a life.
@FunctionalInterface
interface Hinting {
  /// No request has hints.
  Hinting NONE = number -> RequestHints.NONE;

  /// The hints of request `number`.
  RequestHints hints(int number);
}
