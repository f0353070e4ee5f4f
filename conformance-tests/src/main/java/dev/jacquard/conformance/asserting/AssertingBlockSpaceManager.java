package dev.jacquard.conformance.asserting;

import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A block space manager in front of another one that checks both sides of each call: that the caller keeps the
/// protocol (BSM-26, BSM-25, SCH-18, BSM-28, the engine thread), and that the answers, the counts and the tables are
/// possible. All tables are read again after each change, so a call costs as much as all of them together.
///
/// Closes the manager twice on purpose (PLG-7). What the manager throws is passed on; after that only what ends it
/// may be called (SCH-22).
public final class AssertingBlockSpaceManager implements BlockSpaceManager {
  private final BlockSpaceManager to;
  private final StepProtocol protocol;
  private final HeldSequences held;
  private @Nullable String inside;
  private @Nullable Throwable fault;
  private boolean closed;

  /// A watched `to`, alone.
  public AssertingBlockSpaceManager(BlockSpaceManager to) {
    this(to, new StepProtocol());
  }

  /// A watched `to` beside the other parts of an engine.
  public AssertingBlockSpaceManager(BlockSpaceManager to, StepProtocol protocol) {
    this.to = Objects.requireNonNull(to, "to is null");
    this.protocol = protocol;
    held = new HeldSequences(to, protocol);
    protocol.manages(this);
  }

  /// An admitted sequence, or null.
  @Nullable HeldSequence held(int sequence) {
    return held.get(sequence);
  }

  /// Whether anything is admitted, or might be: after a fault nobody knows.
  boolean settled() {
    return held.isEmpty() || fault != null;
  }

  boolean failed() {
    return fault != null;
  }

  /// Whether another sequence than `owner` has `block` in its table.
  boolean shared(int block, HeldSequence owner) {
    return held.shared(block, owner);
  }

  private AssertionError broken(Rule rule, String complaint) {
    return protocol.broken(rule, complaint);
  }

  private void open(String call) {
    if (closed) {
      throw broken(Rule.PLG_7, call + " was called after close");
    }
    if (inside != null) {
      throw broken(
          Rule.BSM_28,
          call + " was called from within " + inside + ": a listener or a policy called back");
    }
  }

  private <T> T question(String call, Supplier<T> body) {
    protocol.asked(call);
    open(call);
    return passOn(call, body);
  }

  private <T> T passOn(String call, Supplier<T> body) {
    inside = call;
    try {
      return body.get();
    } catch (RuntimeException | Error e) {
      fault = e;
      throw e;
    } finally {
      inside = null;
    }
  }

  private void run(String call, Runnable body) {
    passOn(
        call,
        () -> {
          body.run();
          return true;
        });
  }

  /// Whether the caller's and the manager's doings are judged; after a fault the scheduler's end is let through.
  private boolean judged(String call) {
    boolean ends = protocol.inScheduler("close");
    if (!ends) {
      protocol.onEngineThread(call);
    }
    open(call);
    if (fault == null) {
      return true;
    }
    if (!ends && !call.equals("release")) {
      throw broken(Rule.SCH_22, call + " was called after the manager had thrown " + fault);
    }
    return false;
  }

  private HeldSequence admitted(String call, int sequence, int tokens) {
    HeldSequence known = held.get(sequence);
    if (known == null) {
      throw broken(Rule.BSM_26, call + " of sequence " + sequence + ", which is not admitted");
    }
    if (known.swapped && !call.equals("swapIn") && !call.equals("release")) {
      throw broken(Rule.BSM_26, call + " of sequence " + sequence + ", which is swapped out");
    }
    if (!known.swapped && call.equals("swapIn")) {
      throw broken(Rule.BSM_26, "swapIn of sequence " + sequence + ", which was not swapped out");
    }
    if (tokens < 0) {
      throw broken(Rule.BSM_26, call + " of sequence " + sequence + " with " + tokens + " tokens");
    }
    return known;
  }

  private void unchanged(String call, Reservation answer, String before) {
    held.audit(call);
    String after = held.picture();
    if (!after.equals(before)) {
      throw broken(
          Rule.BSM_7, call + " answered " + answer + " and left " + after + "\nit was " + before);
    }
  }

  private void roomFor(String call, HeldSequence sequence, int tokens) {
    if ((long) sequence.length() * to.blockSize() < tokens) {
      throw broken(Rule.BSM_7, call + " granted " + tokens + " tokens, but left " + sequence);
    }
  }

  @Override
  public int blockSize() {
    return to.blockSize();
  }

  @Override
  public int totalBlocks(Tier tier) {
    return to.totalBlocks(tier);
  }

  @Override
  public int availableBlocks(Tier tier) {
    return question("availableBlocks", () -> to.availableBlocks(tier));
  }

  @Override
  public int cachedBlocks(Tier tier) {
    return question("cachedBlocks", () -> to.cachedBlocks(tier));
  }

  @Override
  public int peek(SequenceView sequence) {
    int answer = question("peek", () -> to.peek(sequence));
    matched("peek", sequence, answer);
    return answer;
  }

  private void matched(String call, SequenceView sequence, int tokens) {
    if (tokens < 0 || tokens % to.blockSize() != 0 || tokens >= sequence.length()) {
      throw broken(
          Rule.BSM_4,
          call
              + " matched "
              + tokens
              + " of "
              + sequence.length()
              + " tokens in blocks of "
              + to.blockSize());
    }
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    if (!judged("admit")) {
      return to.admit(sequence, tokens, othersRunning);
    }
    protocol.mutates("admit");
    int id = sequence.id();
    if (held.has(id)) {
      throw broken(Rule.BSM_26, "admit of sequence " + id + ", which is admitted already");
    }
    if (tokens < 0) {
      throw broken(Rule.BSM_26, "admit of sequence " + id + " with " + tokens + " tokens");
    }
    String before = held.picture();
    int expected = passOn("peek", () -> to.peek(sequence));
    Reservation answer = passOn("admit", () -> to.admit(sequence, tokens, othersRunning));
    if (answer != Reservation.GRANTED) {
      unchanged("admit", answer, before);
      return answer;
    }
    HeldSequence admitted = new HeldSequence(id);
    admitted.begin(to);
    held.add(admitted);
    held.audit("admit");
    int computed = to.computedTokens(id);
    matched("admit", sequence, computed);
    if (computed != expected) {
      throw broken(
          Rule.BSM_19, "peek answered " + expected + ", the admit after it matched " + computed);
    }
    roomFor("admit", admitted, Math.max(tokens, computed));
    return answer;
  }

  @Override
  public int computedTokens(int sequence) {
    known("computedTokens", sequence);
    return question("computedTokens", () -> to.computedTokens(sequence));
  }

  private void known(String call, int sequence) {
    if (!held.has(sequence) && fault == null) {
      throw broken(Rule.BSM_26, call + " of sequence " + sequence + ", which is not admitted");
    }
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    if (!judged("reserve")) {
      return to.reserve(sequence, tokens);
    }
    protocol.mutates("reserve");
    HeldSequence known = admitted("reserve", sequence, tokens);
    String before = held.picture();
    Reservation answer = passOn("reserve", () -> to.reserve(sequence, tokens));
    if (answer != Reservation.GRANTED) {
      unchanged("reserve", answer, before);
      return answer;
    }
    held.audit("reserve");
    roomFor("reserve", known, tokens);
    int blockSize = to.blockSize();
    int computed = to.computedTokens(sequence);
    for (int i = computed / blockSize; i * blockSize < tokens; i++) {
      if (known.entry(i) < 0 || held.shared(known.entry(i), known)) {
        throw broken(
            Rule.BSM_2,
            "reserve granted %d tokens, %d are computed, and entry %d of %s is not its alone"
                .formatted(tokens, computed, i, known));
      }
    }
    return answer;
  }

  @Override
  public void commit(int sequence, int tokens) {
    if (!judged("commit")) {
      to.commit(sequence, tokens);
      return;
    }
    HeldSequence known = admitted("commit", sequence, tokens);
    protocol.settles("commit", known.cameBack);
    known.cameBack = false;
    int computed = to.computedTokens(sequence);
    if (tokens < computed || tokens > known.length() * to.blockSize()) {
      throw broken(
          Rule.BSM_25,
          "commit of " + tokens + " tokens; " + computed + " are computed of " + known);
    }
    run("commit", () -> to.commit(sequence, tokens));
    held.audit("commit");
    if (to.computedTokens(sequence) != tokens) {
      throw broken(
          Rule.BSM_25,
          "commit of " + tokens + " tokens left " + to.computedTokens(sequence) + " of " + known);
    }
  }

  @Override
  public void truncate(int sequence, int tokens) {
    if (!judged("truncate")) {
      to.truncate(sequence, tokens);
      return;
    }
    protocol.settles("truncate", false);
    HeldSequence known = admitted("truncate", sequence, tokens);
    int expected = Math.min(known.length(), Math.ceilDiv(tokens, to.blockSize()));
    run("truncate", () -> to.truncate(sequence, tokens));
    held.audit("truncate");
    if (known.length() != expected || to.computedTokens(sequence) > tokens) {
      throw broken(
          Rule.BSM_10,
          "truncate to %d left %d computed and %s instead of %d entries"
              .formatted(tokens, to.computedTokens(sequence), known, expected));
    }
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    if (!judged("fork")) {
      to.fork(parent, child);
      return;
    }
    protocol.mutates("fork");
    HeldSequence from = admitted("fork", parent.id(), 0);
    if (held.has(child.id())) {
      throw broken(Rule.BSM_26, "fork into sequence " + child.id() + ", which is admitted already");
    }
    run("fork", () -> to.fork(parent, child));
    HeldSequence copy = new HeldSequence(child.id());
    copy.begin(to);
    held.add(copy);
    held.audit("fork");
    int computed = to.computedTokens(parent.id());
    if (to.computedTokens(child.id()) != computed
        || copy.length() < Math.ceilDiv(computed, to.blockSize())
        || !copy.begins(from)) {
      throw broken(Rule.BSM_16, "fork gave " + copy + " from " + from);
    }
  }

  @Override
  public Reservation swapOut(int sequence) {
    return swap("swapOut", sequence, () -> to.swapOut(sequence), true);
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    return swap("swapIn", sequence, () -> to.swapIn(sequence, othersRunning), false);
  }

  private Reservation swap(String call, int sequence, Supplier<Reservation> body, boolean out) {
    if (!judged(call)) {
      return body.get();
    }
    protocol.mutates(call);
    HeldSequence known = admitted(call, sequence, 0);
    String before = held.picture();
    int computed = to.computedTokens(sequence);
    Reservation answer = passOn(call, body);
    if (answer != Reservation.GRANTED) {
      unchanged(call, answer, before);
      return answer;
    }
    known.swapped = out;
    known.cameBack = !out;
    held.audit(call);
    if (to.computedTokens(sequence) != computed) {
      throw broken(
          Rule.BSM_17,
          call + " made " + to.computedTokens(sequence) + " computed positions of " + computed);
    }
    return answer;
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    if (!judged("release")) {
      held.remove(sequence);
      to.release(sequence, reason);
      return;
    }
    protocol.mutates("release");
    if (!held.has(sequence)) {
      throw broken(Rule.BSM_9, "release of sequence " + sequence + ", which is not admitted");
    }
    run("release", () -> to.release(sequence, reason));
    held.remove(sequence);
    held.audit("release");
  }

  @Override
  public int clear() {
    if (!judged("clear")) {
      return to.clear();
    }
    protocol.betweenSchedulerCalls("clear");
    int before = to.cachedBlocks(Tier.DEVICE) + to.cachedBlocks(Tier.HOST);
    int gone = passOn("clear", to::clear);
    held.audit("clear");
    int after = to.cachedBlocks(Tier.DEVICE) + to.cachedBlocks(Tier.HOST);
    if (gone != before - after || (held.isEmpty() && after > 0)) {
      throw broken(
          Rule.BSM_20,
          "clear answered %d; %d blocks were cached and %d still are"
              .formatted(gone, before, after));
    }
    return gone;
  }

  @Override
  public void planning() {
    if (!judged("planning")) {
      to.planning();
      return;
    }
    protocol.planning();
    held.planning();
    run("planning", () -> to.planning());
    held.audit("planning");
  }

  @Override
  public int tableLength(int sequence) {
    known("tableLength", sequence);
    return question("tableLength", () -> to.tableLength(sequence));
  }

  @Override
  public int tableRevision(int sequence) {
    known("tableRevision", sequence);
    return question("tableRevision", () -> to.tableRevision(sequence));
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    known("copyTable", sequence);
    HeldSequence each = held.get(sequence);
    if (each != null && (from < 0 || count < 0 || from + count > each.length())) {
      throw broken(
          Rule.BSM_26, "copyTable of entries [" + from + ", " + (from + count) + ") of " + each);
    }
    question(
        "copyTable",
        () -> {
          to.copyTable(sequence, from, count, into, byteOffset);
          return true;
        });
    if (each != null && fault == null) {
      each.refresh(to, protocol, "copyTable");
    }
  }

  @Override
  public void drainCopies(BlockCopies into) {
    if (!judged("drainCopies")) {
      to.drainCopies(into);
      return;
    }
    protocol.betweenSchedulerCalls("drainCopies");
    int before = into.size();
    run("drainCopies", () -> to.drainCopies(into));
    int blocks = to.totalBlocks(Tier.DEVICE) + to.totalBlocks(Tier.HOST);
    for (int i = before; i < into.size(); i++) {
      int source = into.source(i);
      int target = into.target(i);
      if (source < 0 || target < 0 || source >= blocks || target >= blocks || source == target) {
        throw broken(Rule.BSM_12, "drainCopies handed out a copy from " + source + " to " + target);
      }
    }
    protocol.drained(into, before);
  }

  @Override
  public void close() {
    if (inside != null) {
      open("close");
    }
    if (!closed) {
      closed = true;
      to.close();
    }
    to.close();
  }
}
