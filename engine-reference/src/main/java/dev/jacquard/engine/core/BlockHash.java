package dev.jacquard.engine.core;

/// Chained 64-bit hashes of token blocks, rooted in the cache scope. Fast, not cryptographic: whoever shares a block by it must compare the tokens too.
final class BlockHash {
  private static final long ODD = 0x9E3779B97F4A7C15L;

  private BlockHash() {}

  /// The hash before the first block of a scope.
  static long root(String cacheScope) {
    long hash = 0x6A61637175617264L;
    for (int i = 0; i < cacheScope.length(); i++) {
      hash = mix(hash ^ cacheScope.charAt(i));
    }
    return hash;
  }

  /// The hash after a block of tokens.
  static long next(long previous, int[] tokens, int from, int count) {
    long hash = mix(previous + ODD);
    for (int i = from; i < from + count; i++) {
      hash = mix(hash ^ tokens[i]);
    }
    return hash;
  }

  /// The finaliser of MurmurHash3 (Appleby, public domain): every bit of the input moves every bit of the output.
  private static long mix(long value) {
    long z = value * ODD;
    z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }
}
