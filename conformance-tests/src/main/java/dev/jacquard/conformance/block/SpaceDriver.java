package dev.jacquard.conformance.block;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Drives a manager and checks each call against simple models: the tables as they were, the cache as
/// its events paint it, the KV that each table entry must lead to, and the counts.
///
/// Every position is computed only after a `reserve`, and copies are executed before anything is
/// written, as an engine does.
final class SpaceDriver implements AutoCloseable {
  final SpaceShape shape;
  final Verdict verdict;
  final CacheShadow shadow;
  final SpaceState state;
  final Map<Integer, Row> rows = new TreeMap<>();
  final BlockSpaceManager manager;
  private final ManualClock clock = new ManualClock();
  private final EchoListener echo;
  private final GhostMemory memory;
  private final SpaceInvariants invariants;
  private final Wishes wishes;
  private final SwapWishes swaps;
  private final MatchJudge matches;
  private final CopyLedger ledger;
  private final CallJudge judge;
  private final Seats seats;
  private boolean clean = true;

  /// @param only the rule that is tried, or null to end at the first rule broken
  SpaceDriver(ManagerUnderTest subject, SpaceShape shape, @Nullable Rule only) {
    this.shape = shape;
    verdict = new Verdict(only, shape);
    seats = new Seats(shape);
    shadow = new CacheShadow(shape, rows);
    echo = new EchoListener(shadow);
    memory = new GhostMemory(shape);
    manager = subject.create(shape.context(clock, List.of(shadow, echo)));
    state = new SpaceState(manager, rows, verdict);
    invariants = new SpaceInvariants(shape, rows, shadow, echo, memory, state, verdict);
    matches = new MatchJudge(shape, rows, verdict);
    wishes = new Wishes(shape, matches, shadow, state, verdict);
    swaps = new SwapWishes(shape, rows, shadow, state, verdict, wishes);
    ledger = new CopyLedger(manager, memory, verdict);
    judge = new CallJudge(shape, rows, shadow, state, verdict);
    begin(null);
    state.look();
    invariants.hold("creation", -1);
    verdict.require(
        Rule.BSM_1,
        manager.blockSize() == shape.blockSize(),
        () -> "blockSize() is " + manager.blockSize() + ", the context says " + shape.blockSize());
  }

  /// A sequence that is not admitted yet, with the lowest id that is not in use.
  Row row(String scope, int voice, int maxLength, int... prompt) {
    return seats.row(scope, voice, maxLength, prompt);
  }

  /// Gives back the id of a sequence that is not admitted.
  void forget(Row row) {
    seats.free(row.id);
  }

  boolean hasRoom() {
    return seats.hasRoom();
  }

  void tick(int nanos) {
    clock.advance(nanos);
  }

  /// What `peek` says, which must change nothing.
  int peek(Row row) {
    String call = "peek(" + row.text() + ")";
    begin(null);
    int matched = verdict.call(Rule.BSM_19, call, () -> manager.peek(row.view));
    verdict.did(call + " -> " + matched);
    state.look();
    unchanged(Rule.BSM_19, call);
    matches.judge(call, row, matched, shadow.cached());
    invariants.hold(call, -1);
    return matched;
  }

  Reservation admit(Row row, int tokens, boolean othersRunning) {
    String call =
        "admit(" + row.text() + ", tokens " + tokens + (othersRunning ? ", others run)" : ")");
    Wishes.Admission wish = wishes.admission(row, tokens, othersRunning);
    begin(row);
    Reservation answer =
        verdict.call(Rule.BSM_8, call, () -> manager.admit(row.view, tokens, othersRunning));
    verdict.did(call + " -> " + answer);
    if (answer == Reservation.GRANTED) {
      clean = false;
      rows.put(row.id, row);
      state.look();
      row.written = row.computed;
      row.committed = row.computed;
      row.granted = Math.max(tokens, row.computed);
      wish.judge(call, answer, row.computed);
      wish.judgeGranted(call);
    } else {
      state.look();
      unchanged(Rule.BSM_7, call);
      int matched = verdict.call(Rule.BSM_19, "peek", () -> manager.peek(row.view));
      wish.judge(call, answer, matched);
    }
    invariants.hold(call, row.id);
    return answer;
  }

  Reservation reserve(Row row, int tokens) {
    String call = "reserve(" + row.id + ", " + tokens + ")";
    Wishes.Growth wish = wishes.growth(row, tokens);
    begin(null);
    Reservation answer = verdict.call(Rule.BSM_8, call, () -> manager.reserve(row.id, tokens));
    verdict.did(call + " -> " + answer);
    state.look();
    if (answer == Reservation.GRANTED) {
      clean = false;
      row.granted = Math.max(row.granted, tokens);
    } else {
      unchanged(Rule.BSM_7, call);
    }
    wish.judge(call, answer);
    invariants.hold(call, row.id);
    return answer;
  }

  /// Executes the copies and computes the positions below `to`, which are granted. Tokens that
  /// nobody knows yet arrive.
  void compute(Row row, int to, int said) {
    drain();
    memory.compute(row, to, said, verdict);
    invariants.contents("computing positions of sequence " + row.id, Rule.BSM_24);
  }

  /// The oldest arriving token is known.
  void settle(Row row) {
    if (row.view.computable() > row.view.length()) {
      row.view.settle();
      verdict.did("(a token of " + row.id + " is known: length " + row.view.length() + ")");
    }
  }

  /// Tokens below `position` are known, if they are on their way.
  void settleTo(Row row, int position) {
    while (row.view.length() < Math.min(position, row.view.computable())) {
      settle(row);
    }
  }

  void commit(Row row, int tokens) {
    String call = "commit(" + row.id + ", " + tokens + ")";
    boolean drained = clean;
    begin(null);
    row.committed = Math.max(row.committed, tokens);
    act(Rule.BSM_25, call, () -> manager.commit(row.id, tokens));
    verdict.require(
        Rule.BSM_25,
        row.computed == tokens,
        () -> "after " + call + " computedTokens(" + row.id + ") is " + row.computed);
    row.granted = Math.max(row.granted, tokens);
    for (int i = 0; i < row.table.length; i++) {
      int entry = i;
      verdict.require(
          Rule.BSM_21,
          row.table[i] == -1 || !shape.unseen(i, tokens),
          () ->
              "after "
                  + call
                  + " entry "
                  + entry
                  + " of sequence "
                  + row.id
                  + " is still held, though no later position sees it: "
                  + Arrays.toString(row.table));
    }
    verdict.require(
        Rule.BSM_21,
        shape.window() == 0 || shadow.forgotten().isEmpty(),
        () ->
            call
                + " removed blocks "
                + shadow.forgotten()
                + " from the cache: a cached block that a window gives up stays cached");
    if (drained) {
      invariants.contents(call, row, tokens, Rule.BSM_24);
    }
    invariants.hold(call, row.id);
  }

  void truncate(Row row, int tokens) {
    String call = "truncate(" + row.id + ", " + tokens + ")";
    settleTo(row, tokens);
    begin(null);
    act(Rule.BSM_10, call, () -> manager.truncate(row.id, tokens));
    row.written = Math.min(row.written, tokens);
    row.committed = Math.min(row.committed, tokens);
    row.granted = Math.min(row.granted, tokens);
    if (tokens < row.view.computable()) {
      row.view.forgetArriving();
    }
    judge.truncate(call, row, tokens);
    invariants.hold(call, row.id);
  }

  /// The child of `parent`, whose computed tokens are all known.
  Row fork(Row parent, int voice) {
    Row child = seats.child(parent, voice);
    String call = "fork(parent " + parent.id + ", child " + child.id + ")";
    begin(null);
    verdict.call(
        Rule.BSM_16,
        call,
        () -> {
          manager.fork(parent.view, child.view);
          return child;
        });
    verdict.did(call);
    clean = false;
    parent.forked = true;
    child.forked = true;
    rows.put(child.id, child);
    child.wasSwapped = parent.wasSwapped;
    state.look();
    child.written = child.computed;
    child.committed = child.computed;
    child.granted = child.computed;
    parent.granted = parent.computed;
    judge.fork(call, parent, child);
    child.tableBefore = child.table;
    child.revisionBefore = child.revision;
    invariants.hold(call, child.id);
    return child;
  }

  Reservation swapOut(Row row) {
    String call = "swapOut(" + row.id + ")";
    SwapWishes.Swap wish = swaps.swapOut(row);
    begin(null);
    Reservation answer = verdict.call(Rule.BSM_17, call, () -> manager.swapOut(row.id));
    verdict.did(call + " -> " + answer);
    row.swapped = answer == Reservation.GRANTED;
    return swapped(wish, call, row, answer);
  }

  Reservation swapIn(Row row, boolean othersRunning) {
    String call = "swapIn(" + row.id + (othersRunning ? ", others run)" : ")");
    SwapWishes.Swap wish = swaps.swapIn(row, othersRunning);
    begin(null);
    Reservation answer =
        verdict.call(Rule.BSM_17, call, () -> manager.swapIn(row.id, othersRunning));
    verdict.did(call + " -> " + answer);
    row.swapped = answer != Reservation.GRANTED;
    return swapped(wish, call, row, answer);
  }

  private Reservation swapped(SwapWishes.Swap wish, String call, Row row, Reservation answer) {
    state.look();
    if (answer == Reservation.GRANTED) {
      clean = false;
      row.wasSwapped = true;
      row.written = row.computed;
      row.granted = row.computed;
      settleTo(row, row.computed);
      row.view.forgetArriving();
    } else {
      unchanged(Rule.BSM_7, call);
    }
    wish.judge(call, answer);
    invariants.hold(call, row.id);
    return answer;
  }

  void release(Row row, ReleaseReason reason) {
    String call = "release(" + row.id + ", " + reason + ")";
    begin(null);
    act(Rule.BSM_9, call, () -> manager.release(row.id, reason), row);
    verdict.require(
        Rule.BSM_18,
        shadow.released().size() == 1 && shadow.released().getFirst().sequence() == row.id,
        () -> call + " must tell `released` once, for that sequence; it told " + shadow.events());
    judge.release(call, row);
    invariants.hold(call, row.id);
  }

  int clear() {
    Set<Integer> idle = judge.idle();
    Set<Integer> held = new TreeSet<>(shadow.cached().keySet());
    held.removeAll(idle);
    begin(null);
    int answer = verdict.call(Rule.BSM_20, "clear()", manager::clear);
    verdict.did("clear() -> " + answer);
    clean = false;
    state.look();
    judge.clear(answer, idle, held);
    invariants.hold("clear()", -1);
    return answer;
  }

  void planning() {
    int free = judge.freeDevice();
    begin(null);
    act(Rule.BSM_31, "planning()", manager::planning);
    judge.planning(free);
    invariants.hold("planning()", -1);
  }

  /// Executes the copies decided so far.
  void drain() {
    begin(null);
    ledger.drain();
    clean = true;
    state.look();
    invariants.hold("drainCopies()", -1);
    invariants.contents("drainCopies()", Rule.BSM_27);
  }

  /// A call that must be refused with an [IllegalStateException] and change nothing.
  void illegal(Rule rule, String call, Runnable body) {
    begin(null);
    String saw = "returned";
    try {
      body.run();
    } catch (IllegalStateException e) {
      saw = "";
    } catch (RuntimeException e) {
      saw = "threw " + e;
    }
    String seen = saw;
    verdict.did(call + " -> " + (seen.isEmpty() ? "IllegalStateException" : seen));
    verdict.require(
        rule,
        seen.isEmpty(),
        () -> call + " breaks the protocol and must throw IllegalStateException; it " + seen);
    state.look();
    unchanged(rule, call);
    invariants.hold(call, -1);
  }

  /// Demands that the last call changed nothing and told nobody.
  private void unchanged(Rule rule, String call) {
    String difference = state.difference();
    verdict.require(
        rule, difference.isEmpty(), () -> call + " must change nothing, but " + difference);
    verdict.require(
        rule,
        shadow.events().isEmpty(),
        () -> call + " must change nothing, but told " + shadow.events());
    if (clean) {
      ledger.requireNone(rule, call);
    }
  }

  private void act(Rule rule, String call, Runnable body) {
    act(rule, call, body, null);
  }

  private void act(Rule rule, String call, Runnable body, @Nullable Row ends) {
    verdict.did(call);
    verdict.call(
        rule,
        call,
        () -> {
          body.run();
          return call;
        });
    clean = false;
    if (ends != null) {
      rows.remove(ends.id);
      seats.free(ends.id);
    }
    state.look();
  }

  /// What is heard from now on belongs to the next call.
  void begin(@Nullable Row admitted) {
    shadow.begin(admitted);
    echo.begin();
  }

  @Override
  public void close() {
    manager.close();
  }
}
