package dev.jacquard.spi.schedule;

/// What happens to a sequence that must give its blocks up.
public enum PreemptionMode {
  /// Drop its blocks and compute its tokens again later (what is still cached is matched).
  RECOMPUTE,
  /// Move its blocks to the host tier; recompute when that is full.
  SWAP
}
