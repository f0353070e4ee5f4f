package dev.jacquard.spi.schedule;

/// Why a sequence waits.
public enum WaitReason {
  /// It was submitted.
  NEW,
  /// It was preempted and will compute its tokens again.
  RECOMPUTE,
  /// It was preempted and its blocks lie in the host tier.
  SWAPPED
}
