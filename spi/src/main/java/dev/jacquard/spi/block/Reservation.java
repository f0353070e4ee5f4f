package dev.jacquard.spi.block;

/// The answer to a wish for blocks: an expected outcome, never an exception.
public enum Reservation {
  /// Held.
  GRANTED,
  /// Not now; nothing is held. Ask again when blocks were released.
  LATER,
  /// Never: it would not fit into an empty pool. Nothing is held.
  NEVER
}
