package dev.jacquard.spi.block;

import dev.jacquard.spi.request.SequenceView;

/// Hears what happens to cached blocks. Every block space manager reports to all listeners of its context (BSM-18): eviction policies, scheduling
/// policies and publishers of KV events are listeners. Calls come on the engine thread, during the manager's methods; a listener must not call back
/// into the manager. A block is *cached* from `stored` to `removed`, whether or not a sequence holds it; `moved` gives it another id.
public interface CacheListener {
  /// A sequence was admitted with `matchedBlocks` cached blocks; `lastBlock` is the deepest of them, -1 when none.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until it is released
  /// - Allocation: none
  /// - Rules: BSM-18
  default void opened(SequenceView sequence, int lastBlock, int matchedBlocks) {}

  /// A full, computed block became shareable.
  ///
  /// @param parent the cached block before it in the chain, -1 at the root
  /// @param hash the chained hash of [SequenceView#blockHash]
  /// @param depth blocks before it in the chain
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until it is released
  /// - Allocation: none
  /// - Rules: BSM-18
  default void stored(SequenceView sequence, int block, int parent, long hash, int depth) {}

  /// A cached block now lies in another block, usually of the other tier: demoted, promoted or prefetched.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-18
  default void moved(int from, int to) {}

  /// A cached block was used again by `sequence`, at admission.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until it is released
  /// - Allocation: none
  /// - Rules: BSM-18
  default void hit(SequenceView sequence, int block) {}

  /// A cached block is gone: evicted or cleared.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-18
  default void removed(int block, long hash) {}

  /// A sequence gave its blocks up; `lastBlock` is the cached block of its deepest cached content, -1 when none.
  ///
  /// - Thread: engine
  /// - Ownership: nothing of `sequence` may be kept unless it was preempted
  /// - Allocation: none
  /// - Rules: BSM-18
  default void released(SequenceView sequence, ReleaseReason reason, int lastBlock) {}

  /// All cached blocks are forgotten at once: the manager failed and is made anew, empty. Block ids told before mean nothing from here on; no `removed` is told
  /// for them, and no `released` for the sequences that held them. Those that go on are told of again, by `opened`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: allowed
  /// - Rules: BSM-32
  default void cleared() {}
}
