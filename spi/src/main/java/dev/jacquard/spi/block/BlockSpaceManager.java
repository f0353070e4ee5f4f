package dev.jacquard.spi.block;

import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;

/// Decides which block holds which tokens of which sequence. Never touches KV bytes: data moves by the copies it hands out.
///
/// Life of a sequence: `admit` (GRANTED) → any number of `reserve`, `commit`, `truncate`, `swapOut`/`swapIn` → `release`. A child of [#fork] starts admitted.
/// Token counts are absolute positions from 0. Expected outcomes are [Reservation]s; calls that break the protocol (unknown sequence, double release, commit
/// beyond the reservation) throw [IllegalStateException] and change nothing. The scheduler is the sole caller of the mutators, `drainCopies` excepted.
///
/// Threading: all methods on the engine thread, none blocks. Cost: O(1) or O(log n) per block or row touched. Nothing is allocated after warm-up, `admit` excepted.
/// A manager that throws anything else fails the running requests and is recreated.
public interface BlockSpaceManager extends AutoCloseable {
  /// Tokens in a block.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1
  int blockSize();

  /// Blocks of a tier.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1
  int totalBlocks(Tier tier);

  /// Blocks of a tier that no sequence holds: free ones and idle cached ones.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-1, BSM-13
  int availableBlocks(Tier tier);

  /// Blocks of a tier that are cached (shareable), held or not.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-3
  int cachedBlocks(Tier tier);

  /// Tokens of `sequence`'s prefix that are cached now, in any tier: a multiple of the block size, below `length()`. Holds nothing, touches no order of eviction.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-4, BSM-5, BSM-6, BSM-19
  int peek(SequenceView sequence);

  /// Takes `sequence` in, atomically: matches its cached prefix (strictly below `length()`, since the last token is always computed), references it, and
  /// reserves blocks for positions below `tokens` (and for the matched prefix, when that is longer).
  ///
  /// LATER when the blocks that `length()` tokens need are not available, or would not leave the watermark free (which counts only while `othersRunning`); NEVER when `maxLength()`
  /// tokens do not fit into an empty pool. Unless GRANTED nothing is held and nothing was evicted.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until released
  /// - Allocation: allowed
  /// - Rules: BSM-3, BSM-4, BSM-5, BSM-6, BSM-7, BSM-8, BSM-15, BSM-18
  Reservation admit(SequenceView sequence, int tokens, boolean othersRunning);

  /// Tokens whose KV the sequence's table holds: those matched at admission plus those committed since.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-4, BSM-25
  int computedTokens(int sequence);

  /// Makes room for all positions below `tokens`; all or nothing. A last block that is shared, or cached (after a truncate into it), is copied before it may be written (copy-on-write).
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-2, BSM-7, BSM-8, BSM-13, BSM-16, BSM-24
  Reservation reserve(int sequence, int tokens);

  /// The KV of all positions below `tokens` is written. Blocks that became full may be shared from now on; with a window, blocks that no later position
  /// can see are given up.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-3, BSM-18, BSM-21, BSM-25
  void commit(int sequence, int tokens);

  /// Forgets all positions at and above `tokens`: rejected drafts, or a row that was discarded. Frees whole blocks above the mark only.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-10, BSM-24
  void truncate(int sequence, int tokens);

  /// Gives `child`, a sequence with the same tokens so far, the same table; every block is shared, the partial last one until either writes it.
  /// Needs no free block.
  ///
  /// - Thread: engine
  /// - Ownership: `child` until released
  /// - Allocation: allowed
  /// - Rules: BSM-2, BSM-16
  void fork(SequenceView parent, SequenceView child);

  /// Moves what only this sequence holds to the host tier; its device blocks become free. NEVER without a host tier, LATER when it is full. A swapped
  /// sequence holds host blocks only and accepts nothing but `swapIn` and `release`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-7, BSM-12, BSM-17
  Reservation swapOut(int sequence);

  /// Brings a swapped sequence back, with the watermark of `admit` while `othersRunning`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-7, BSM-12, BSM-15, BSM-17
  Reservation swapIn(int sequence, boolean othersRunning);

  /// Drops every reference of the sequence. Committed full blocks stay cached when sharing is on.
  ///
  /// - Thread: engine
  /// - Ownership: nothing of the sequence is kept
  /// - Allocation: none
  /// - Rules: BSM-1, BSM-9, BSM-18
  void release(int sequence, ReleaseReason reason);

  /// Forgets every cached block that no sequence holds, in all tiers; returns how many.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-18, BSM-20
  int clear();

  /// Called once at the start of every plan: the place for prefetches and other housekeeping.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: EVP-7
  default void planning() {}

  /// Blocks in the sequence's table; positions below `tableLength * blockSize` are reserved.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-11
  int tableLength(int sequence);

  /// Grows whenever an existing entry of the table changed (copy-on-write, swap, truncate, a window that moved on); appended entries leave it alone.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-11
  int tableRevision(int sequence);

  /// Copies table entries `[from, from + count)` as ints to `into` at `byteOffset`; -1 stands for a block given up by a window.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `into`
  /// - Allocation: none
  /// - Rules: BSM-11, BSM-21
  void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset);

  /// Appends the copies decided since the last call, in order; each is handed out once. The engine gives them to the backend before the next step's
  /// kernels, and keeps them for another try when the step fails.
  ///
  /// - Thread: engine; called by the engine itself, between plan and step
  /// - Ownership: the caller keeps `into`
  /// - Allocation: none
  /// - Rules: BSM-12, BSM-16, BSM-17
  void drainCopies(BlockCopies into);

  /// Ends the manager; idempotent. Sequences still admitted are dropped.
  ///
  /// - Thread: engine or the closing thread after the engine stopped
  /// - Ownership: everything is given back
  /// - Allocation: free
  /// - Rules: PLG-7
  @Override
  void close();
}
