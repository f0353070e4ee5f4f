package dev.jacquard.spi.schedule;

import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.FinishReason;
import dev.jacquard.spi.request.SequenceView;

/// Chooses who runs next, who prefills next, and who is preempted. Plugged into continuous batching by [SchedulerContext#continuousBatching].
///
/// The policy owns its queue: it hears who waits and who left, and answers questions; the mechanism keeps budgets, blocks and token order. Answers are checked in constant
/// time; a policy that throws or answers nonsense is replaced by FCFS, logged and counted. A decision may not scan all waiting sequences. A policy that wants to know the
/// cache implements [dev.jacquard.spi.block.CacheListener] too: the host reports to it then.
public interface SchedulingPolicy {
  /// `sequence` waits from now on.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until `gone` or `finished`
  /// - Allocation: allowed
  /// - Rules: SCP-1, SCP-3
  void waiting(SequenceView sequence, WaitReason reason);

  /// A waiting sequence left the queue without being admitted: cancelled, refused for good, or the engine gave up on it.
  ///
  /// - Thread: engine
  /// - Ownership: nothing of the sequence may be kept
  /// - Allocation: none
  /// - Rules: SCP-1
  void gone(int sequence);

  /// A plan begins: what was answered LATER in the one before may be named again. Called once per plan, before any question of it, so that a policy needs no
  /// guess about where one plan ends; the clock may stand still between two of them.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-2
  default void planning(PlanView view) {}

  /// What became of the sequence that `nextWaiting` named. GRANTED: it runs and is no longer waiting. LATER: it waits on and must not be named again in this
  /// plan. NEVER: it is refused; `gone` follows.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-1, SCP-2
  void answered(int sequence, Reservation answer);

  /// The waiting sequence to admit next, or -1 to admit no more in this plan: which is also how a policy bounds admission.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-1, SCP-2, SCP-3, SCP-6, SCP-7, SCP-8
  int nextWaiting(PlanView view);

  /// The running sequence whose prefill goes on next with what is left of the budget, or -1 for the order of admission. Asked until no prefilling sequence or no token
  /// is left; a sequence named once in a plan must not be named again in it.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-5
  default int nextPrefill(PlanView view) {
    return -1;
  }

  /// The running sequence that must give its blocks up so that `needy` can go on, or -1 for the one admitted last. May answer `needy` itself.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-4
  default int victim(PlanView view, int needy) {
    return -1;
  }

  /// A running sequence computed the KV of positions `[from, to)`; `to` is its length when its prefill is done.
  ///
  /// - Thread: engine
  /// - Ownership: `sequence` until `finished`
  /// - Allocation: none
  /// - Rules: SCP-5
  default void computed(SequenceView sequence, int from, int to) {}

  /// A running sequence ended; its blocks are being released.
  ///
  /// - Thread: engine
  /// - Ownership: nothing of `sequence` may be kept
  /// - Allocation: none
  /// - Rules: SCP-4
  default void finished(SequenceView sequence, FinishReason reason) {}

  /// `child` runs beside `parent` without having waited.
  ///
  /// - Thread: engine
  /// - Ownership: `child` until `finished`
  /// - Allocation: allowed
  /// - Rules: SCP-4
  default void forked(SequenceView parent, SequenceView child) {}

  /// A step of `tokens` tokens took `nanos`.
  ///
  /// - Thread: engine
  /// - Ownership: none
  /// - Allocation: none
  /// - Rules: SCP-6
  default void stepped(int tokens, long nanos) {}
}
