package dev.jacquard.spi.request;

import java.lang.foreign.MemorySegment;

/// One sequence of a request as the mechanisms and policies see it. Implemented by the host; one object a sequence.
///
/// A view may be used from `submit` until the sequence's id is released; beyond that keep nothing of it. Its answers change only between calls into
/// the SPI, on the engine thread. Positions count from 0; the prompt is `[0, promptLength())`.
public interface SequenceView {
  /// Dense slot in `[0, maxSequences)`, reused after release.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-6
  int id();

  /// Index inside the request's group, from 0.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-15
  int index();

  /// The request this sequence belongs to.
  ///
  /// - Thread: any
  /// - Ownership: immutable
  /// - Allocation: none
  /// - Rules: SCH-6
  RequestInfo request();

  /// Tokens of the prompt, at least 1.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-3
  int promptLength();

  /// Tokens whose value is known: the prompt and what was generated and completed.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-3
  int length();

  /// Positions whose token is known, drafted or arriving from a step in flight: `length()` or more. A scheduler plans positions below it.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-14
  int computable();

  /// The most positions this sequence can ever have: prompt and `max_tokens`, bounded by the model's context.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-8
  int maxLength();

  /// The token at `position < length()`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-6
  int token(int position);

  /// Copies tokens `[from, from + count)` as ints to `into` at `byteOffset`.
  ///
  /// - Thread: engine
  /// - Ownership: the caller keeps `into`
  /// - Allocation: none
  /// - Rules: BSM-6
  void copyTokens(int from, int count, MemorySegment into, long byteOffset);

  /// Chained 64-bit hash of block `block`: of the cache scope and all tokens of blocks `0..block`. Only for blocks whose tokens are all known,
  /// `(block + 1) * blockSize <= length()`. Equal prefixes in equal scopes have equal hashes; the reverse must be verified (BSM-6). The prompt's
  /// hashes are computed at submit, off the engine thread.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: BSM-5, BSM-6
  long blockHash(int block);
}
