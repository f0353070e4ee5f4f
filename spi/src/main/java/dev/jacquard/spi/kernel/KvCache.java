package dev.jacquard.spi.kernel;

/// The KV cache of one model on one backend: device and host blocks under one id space ([dev.jacquard.spi.block.Tier]). Opaque.
public interface KvCache {
  /// How it is laid out.
  ///
  /// - Thread: any
  /// - Ownership: immutable
  /// - Allocation: none
  /// - Rules: KRN-6
  KvCacheLayout layout();

  /// Blocks of both tiers.
  ///
  /// - Thread: any
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: KRN-6
  int blocks();
}
