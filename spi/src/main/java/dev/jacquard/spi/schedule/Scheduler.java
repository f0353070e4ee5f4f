package dev.jacquard.spi.schedule;

import dev.jacquard.spi.request.SequenceView;

/// Decides which sequences run in the next step, with how many tokens. Sole caller of the block space manager's mutators.
///
/// Protocol: `submit` and `cancel` at any time between other calls; `plan` fills one step; the engine computes it and calls `complete` with the same plan, once for
/// every non-empty plan and in order. Up to `limits.maxStepsInFlight()` plans may be out: `plan(n+1)` may come before `complete(n)`; rows of a sequence that
/// finished or was cancelled meanwhile are discarded, and its blocks return at the `complete` of the last plan that names it. A sequence's id may be used again once
/// its blocks are released, which [#holds] tells. All on the engine thread; deterministic given the calls and the context's clock and random; nothing is allocated in
/// `plan` and `complete` after warm-up, and thousands of waiting sequences do not slow them.
public interface Scheduler extends AutoCloseable {
  /// Queues a sequence; `sequence.length()` may exceed its prompt when it goes on after a failure.
  ///
  /// @throws dev.jacquard.spi.error.RequestRejectedException if it can never run
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until [#holds] is false
  /// - Allocation: allowed
  /// - Rules: SCH-4, SCH-10
  void submit(SequenceView sequence);

  /// Takes in `child`, which has the same tokens as `parent` so far and starts running beside it. Called between `complete` and `plan`.
  ///
  /// - Thread: engine
  /// - Ownership: `child` until [#holds] is false
  /// - Allocation: allowed
  /// - Rules: SCH-15
  void fork(SequenceView parent, SequenceView child);

  /// Ends a sequence by the next plan; unknown or finished: no effect.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-5, SCH-7
  void cancel(int sequence);

  /// Fills a cleared, engine-owned plan; leaves it empty only if nothing can run.
  ///
  /// - Thread: engine
  /// - Ownership: the engine keeps `plan`
  /// - Allocation: none
  /// - Rules: SCH-1, SCH-2, SCH-3, SCH-4, SCH-8, SCH-9, SCH-11, SCH-13, SCH-14, SCH-17
  void plan(StepPlan plan);

  /// Learns what became of a plan: commits what was computed, truncates what was rejected, releases what ended.
  ///
  /// - Thread: engine
  /// - Ownership: the engine keeps both
  /// - Allocation: none
  /// - Rules: SCH-6, SCH-7, SCH-11, SCH-12, SCH-14
  void complete(StepPlan plan, StepResults results);

  /// Whether the scheduler still knows the sequence: queued, running, swapped or named by a plan that is out.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-7
  boolean holds(int sequence);

  /// Sequences in the queue, preempted ones included.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-7
  int waiting();

  /// Sequences that hold blocks and run.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCH-7
  int running();

  /// Ends the scheduler; idempotent. Does not close the block space manager.
  ///
  /// - Thread: engine or the closing thread after the engine stopped
  /// - Ownership: everything is given back
  /// - Allocation: free
  /// - Rules: PLG-7
  @Override
  void close();
}
