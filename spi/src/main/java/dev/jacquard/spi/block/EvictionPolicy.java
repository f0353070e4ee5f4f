package dev.jacquard.spi.block;

/// Chooses which idle cached block goes when one is needed. Plugged into the paged mechanism by [BlockSpaceContext#paged].
///
/// The mechanism keeps reference counts, tables and the tree; the policy keeps only its own order over the blocks it was told are evictable: idle,
/// and (unless the model's attention is windowed) without a cached child in the same tier. Answers are checked in constant time; a policy that throws
/// or answers a block that is not evictable is replaced by LRU, logged and counted. Nothing may scan all blocks.
public interface EvictionPolicy extends CacheListener {
  /// `block` may be evicted from now on. `lastUse` is the engine clock of the release, in nanoseconds, made to grow with every release: equal values mean "released together". Blocks of one release come
  /// deepest last to be used, that is: in the order they become leaves.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none after warm-up
  /// - Rules: EVP-1, EVP-3
  void evictable(int block, long lastUse);

  /// `block` may not be evicted any more: it is used, has a cached child, or is gone.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none after warm-up
  /// - Rules: EVP-1, EVP-3
  void unevictable(int block);

  /// The evictable block of `tier` to give up, or -1 if the policy holds none there. The mechanism evicts it (and says `unevictable`, then
  /// `removed` or `moved`) before it asks again.
  ///
  /// @param stillNeeded blocks needed in all, this one included
  /// @param now engine clock
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none after warm-up
  /// - Rules: EVP-1, EVP-2, EVP-4, EVP-5, EVP-6
  int victim(Tier tier, int stillNeeded, long now);

  /// Whether the device block `block`, about to be evicted, is worth a place in the host tier.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: EVP-7
  default boolean demote(int block) {
    return true;
  }

  /// A cached host block to promote into a free device block now, or -1. Asked once per plan while the device has free blocks above the watermark;
  /// asked again after each promotion.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: EVP-7
  default int prefetch(long now) {
    return -1;
  }
}
