package dev.jacquard.spi.block;

/// Why a sequence gives its blocks up.
public enum ReleaseReason {
  /// The sequence ended by itself.
  FINISHED,
  /// The client left or cancelled, or the deadline passed.
  CANCELLED,
  /// The sequence goes on later and computes its tokens again.
  PREEMPTED,
  /// The engine or a plugin failed.
  FAILED
}
