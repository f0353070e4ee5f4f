package dev.jacquard.conformance.block;

import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveRequests;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.request.RequestInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Short lives, one after another, in which each call is metered. Allocates nothing of its own while
/// it meters.
final class CostRun implements AutoCloseable {
  /// What reads time or bytes.
  @FunctionalInterface
  interface Meter {
    long read();
  }

  /// What is metered.
  enum Call {
    PEEK,
    ADMIT,
    RESERVE,
    COMMIT,
    TRUNCATE,
    COPY_TABLE,
    COUNTS,
    DRAIN_COPIES,
    PLANNING,
    SWAP_OUT,
    SWAP_IN,
    RELEASE;

    String text() {
      return switch (this) {
        case PEEK -> "peek";
        case ADMIT -> "admit";
        case RESERVE -> "reserve";
        case COMMIT -> "commit";
        case TRUNCATE -> "truncate";
        case COPY_TABLE -> "copyTable";
        case COUNTS -> "availableBlocks";
        case DRAIN_COPIES -> "drainCopies";
        case PLANNING -> "planning";
        case SWAP_OUT -> "swapOut";
        case SWAP_IN -> "swapIn";
        case RELEASE -> "release";
      };
    }
  }

  private static final int BLOCK = 4;
  private static final int TOKENS = 32;
  private static final int HOST = 64;
  private static final int KEPT = 512;

  private final BlockSpaceManager manager;
  private final int blocks;
  private final BlockCopies copies = new BlockCopies();
  private final MemorySegment table = Arena.ofAuto().allocate(4 * TOKENS, 4);
  private final RequestInfo request = NaiveRequests.of(1, 0, 0, "red");
  private final int[] prompt = new int[TOKENS];
  private final long[] sums = new long[Call.values().length];
  private final int[] counts = new int[Call.values().length];
  private final long[][] each = new long[Call.values().length][KEPT];
  private int lives;

  CostRun(ManagerUnderTest subject, int blocks) {
    this.blocks = blocks;
    manager =
        subject.create(NaiveBlockSpaceContext.of(BLOCK, blocks, new ManualClock()).withHost(HOST));
  }

  /// Fills the pool with idle blocks.
  void fill() {
    lives(blocks * BLOCK / TOKENS + 1, () -> 0);
    forget();
  }

  /// What was metered so far counts no more.
  void forget() {
    Arrays.fill(sums, 0);
    Arrays.fill(counts, 0);
  }

  long sum(Call call) {
    return sums[call.ordinal()];
  }

  int calls(Call call) {
    return counts[call.ordinal()];
  }

  long median(Call call) {
    int count = Math.min(KEPT, counts[call.ordinal()]);
    long[] sorted = Arrays.copyOf(each[call.ordinal()], count);
    Arrays.sort(sorted);
    return count == 0 ? 0 : sorted[count / 2];
  }

  /// Lives of sequences that nobody saw before, one after another.
  void lives(int count, Meter meter) {
    for (int i = 0; i < count; i++) {
      prompt[0] = ++lives;
      NaiveSequence sequence = new NaiveSequence(0, 0, request, prompt, TOKENS, BLOCK, -1);
      live(sequence, meter);
    }
  }

  private void live(NaiveSequence sequence, Meter meter) {
    long start = meter.read();
    manager.peek(sequence);
    start = note(Call.PEEK, start, meter);
    Reservation admitted = manager.admit(sequence, BLOCK, false);
    note(Call.ADMIT, start, meter);
    if (admitted != Reservation.GRANTED) {
      throw new AssertionError(
          "admit of "
              + TOKENS
              + " tokens on "
              + blocks
              + " available blocks of "
              + BLOCK
              + " answered "
              + admitted);
    }
    for (int to = BLOCK; to <= TOKENS; to += BLOCK) {
      step(sequence.id(), to, meter);
    }
    swap(sequence.id(), meter);
    start = meter.read();
    manager.release(sequence.id(), ReleaseReason.FINISHED);
    note(Call.RELEASE, start, meter);
    manager.drainCopies(copies);
    copies.clear();
  }

  private void step(int id, int to, Meter meter) {
    long start = meter.read();
    manager.planning();
    start = note(Call.PLANNING, start, meter);
    manager.reserve(id, to);
    start = note(Call.RESERVE, start, meter);
    manager.drainCopies(copies);
    note(Call.DRAIN_COPIES, start, meter);
    copies.clear();
    start = meter.read();
    manager.copyTable(id, 0, manager.tableLength(id), table, 0);
    start = note(Call.COPY_TABLE, start, meter);
    manager.availableBlocks(dev.jacquard.spi.block.Tier.DEVICE);
    start = note(Call.COUNTS, start, meter);
    manager.truncate(id, to - 1);
    start = note(Call.TRUNCATE, start, meter);
    manager.reserve(id, to);
    start = note(Call.RESERVE, start, meter);
    manager.commit(id, to);
    note(Call.COMMIT, start, meter);
  }

  private void swap(int id, Meter meter) {
    long start = meter.read();
    Reservation out = manager.swapOut(id);
    start = note(Call.SWAP_OUT, start, meter);
    if (out == Reservation.GRANTED) {
      manager.swapIn(id, false);
      note(Call.SWAP_IN, start, meter);
    }
  }

  private long note(Call call, long start, Meter meter) {
    long end = meter.read();
    int at = call.ordinal();
    sums[at] += end - start;
    each[at][counts[at]++ % KEPT] = end - start;
    return meter.read();
  }

  @Override
  public void close() {
    manager.close();
  }
}
