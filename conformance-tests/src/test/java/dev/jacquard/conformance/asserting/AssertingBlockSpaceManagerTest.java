package dev.jacquard.conformance.asserting;

import static dev.jacquard.conformance.asserting.Misuse.BLOCK;
import static dev.jacquard.conformance.asserting.Misuse.sequence;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveBlockSpaceManager;
import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AssertingBlockSpaceManagerTest {
  private final StepProtocol protocol = new StepProtocol();

  private AssertingBlockSpaceManager manager(UnaryOperator<BlockSpaceManager> bug) {
    NaiveBlockSpaceContext context =
        NaiveBlockSpaceContext.of(BLOCK, 12, new ManualClock()).withHost(8);
    return new AssertingBlockSpaceManager(
        bug.apply(new NaiveBlockSpaceManager(context, new PlainEviction(12))), protocol);
  }

  private AssertingBlockSpaceManager manager() {
    return manager(real -> real);
  }

  private void breaks(Rule rule, String phrase, Executable misuse) {
    Misuse.breaks(protocol, rule, phrase, misuse);
  }

  private static AssertingBlockSpaceManager admitted(AssertingBlockSpaceManager blocks) {
    assertEquals(Reservation.GRANTED, blocks.admit(sequence(0, 10), 10, false));
    return blocks;
  }

  @Test
  void anOrderlyLifeIsLeftInPeace() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    NaiveSequence parent = sequence(1, 6);
    assertEquals(Reservation.GRANTED, blocks.admit(parent, 6, true));
    blocks.commit(1, 6);
    blocks.fork(parent, parent.fork(2, 1));
    assertEquals(Reservation.GRANTED, blocks.reserve(2, 7));
    blocks.truncate(2, 6);
    assertEquals(Reservation.GRANTED, blocks.swapOut(0));
    assertEquals(Reservation.GRANTED, blocks.swapIn(0, true));
    blocks.drainCopies(new BlockCopies());
    for (int id = 0; id < 3; id++) {
      blocks.release(id, ReleaseReason.FINISHED);
    }
    assertEquals(12, blocks.availableBlocks(Tier.DEVICE));
    blocks.clear();
    blocks.close();
    blocks.close();
    protocol.verify();
    assertNull(protocol.violation());
  }

  @Test
  void aCallerThatBreaksTheProtocolIsTold() {
    breaks(Rule.BSM_26, "not admitted", () -> manager().reserve(3, 8));
  }

  @Test
  void aSecondAdmissionIsTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    breaks(Rule.BSM_26, "admitted already", () -> blocks.admit(sequence(0, 5), 5, true));
  }

  @Test
  void aReleasedSequenceIsNotAskedAbout() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    blocks.release(0, ReleaseReason.FINISHED);
    breaks(Rule.BSM_26, "tableLength", () -> blocks.tableLength(0));
  }

  @Test
  void aSecondReleaseIsTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    blocks.release(0, ReleaseReason.FINISHED);
    breaks(Rule.BSM_9, "not admitted", () -> blocks.release(0, ReleaseReason.FINISHED));
  }

  @Test
  void aSwappedSequenceCannotGrow() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    blocks.swapOut(0);
    breaks(Rule.BSM_26, "swapped out", () -> blocks.reserve(0, 12));
  }

  @Test
  void aCommitBeyondTheReservationIsTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    breaks(Rule.BSM_25, "commit of 13", () -> blocks.commit(0, 13));
  }

  @Test
  void anotherThreadIsTold() throws InterruptedException {
    AssertingBlockSpaceManager blocks = admitted(manager());
    AtomicReference<Throwable> seen = new AtomicReference<>(new IllegalStateException());
    Thread other =
        new Thread(
            () -> {
              try {
                blocks.commit(0, 4);
              } catch (AssertionError e) {
                seen.set(e);
              }
            },
            "other");
    other.start();
    other.join();
    breaks(
        Rule.SCH_21,
        "by thread other",
        () -> {
          throw seen.get();
        });
  }

  @Test
  void aGivenEngineThreadIsTheOnlyOne() {
    StepProtocol elsewhere = new StepProtocol(new Thread("engine"));
    AssertingBlockSpaceManager blocks =
        new AssertingBlockSpaceManager(
            new NaiveBlockSpaceManager(
                NaiveBlockSpaceContext.of(BLOCK, 12, new ManualClock()), new PlainEviction(12)),
            elsewhere);
    Misuse.breaks(elsewhere, Rule.SCH_21, "engine", () -> blocks.admit(sequence(0, 5), 5, false));
  }

  @Test
  void nothingIsAskedAfterClose() {
    AssertingBlockSpaceManager blocks = manager();
    blocks.close();
    breaks(Rule.PLG_7, "after close", () -> blocks.availableBlocks(Tier.DEVICE));
  }

  @Test
  void closeIsCalledTwiceOnPurpose() {
    AtomicInteger closed = new AtomicInteger();
    manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public void close() {
                closed.incrementAndGet();
                super.close();
              }
            })
        .close();
    assertEquals(2, closed.get());
  }

  @Test
  void whatTheManagerThrowsIsPassedOnAndThenItIsLeftAlone() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public void commit(int sequence, int tokens) {
                    throw new IllegalStateException("broken");
                  }
                }));
    assertThrows(IllegalStateException.class, () -> blocks.commit(0, 8));
    breaks(Rule.SCH_22, "broken", () -> blocks.reserve(0, 12));
  }

  @Test
  void aListenerThatCallsBackIsTold() {
    AtomicReference<BlockSpaceManager> self = new AtomicReference<>();
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public Reservation reserve(int sequence, int tokens) {
                self.get().availableBlocks(Tier.DEVICE);
                return super.reserve(sequence, tokens);
              }
            });
    self.set(blocks);
    admitted(blocks);
    breaks(Rule.BSM_28, "from within reserve", () -> blocks.reserve(0, 12));
  }

  @Test
  void aRefusalThatLeftSomethingBehindIsTold() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public Reservation reserve(int sequence, int tokens) {
                    super.reserve(sequence, tokens);
                    return Reservation.LATER;
                  }
                }));
    breaks(Rule.BSM_7, "answered LATER", () -> blocks.reserve(0, 20));
  }

  @Test
  void aLostBlockIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public int availableBlocks(Tier tier) {
                return super.availableBlocks(tier) - (tier == Tier.DEVICE ? 1 : 0);
              }
            });
    breaks(Rule.BSM_1, "DEVICE", () -> admitted(blocks));
  }

  @Test
  void aMatchThatPeekDidNotForetellIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public int peek(SequenceView sequence) {
                return 4;
              }
            });
    breaks(Rule.BSM_19, "peek answered 4", () -> admitted(blocks));
  }

  @Test
  void aMatchOfTheWholeSequenceIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public int peek(SequenceView sequence) {
                return sequence.length();
              }
            });
    breaks(Rule.BSM_4, "matched 8 of 8", () -> blocks.peek(sequence(0, 8)));
  }

  @Test
  void anEntryThatChangedUnderTheSameRevisionIsTold() {
    AtomicInteger shift = new AtomicInteger();
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public void copyTable(
                      int sequence, int from, int count, MemorySegment into, long offset) {
                    super.copyTable(sequence, from, count, into, offset);
                    if (shift.get() > 0) {
                      into.set(java.lang.foreign.ValueLayout.JAVA_INT, offset, 11);
                    }
                  }
                }));
    shift.set(1);
    breaks(Rule.BSM_11, "its revision went from", () -> blocks.commit(0, 4));
  }

  @Test
  void aBlockOutOfRangeIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public void copyTable(
                  int sequence, int from, int count, MemorySegment into, long offset) {
                super.copyTable(sequence, from, count, into, offset);
                into.set(java.lang.foreign.ValueLayout.JAVA_INT, offset, 12);
              }
            });
    breaks(Rule.BSM_1, "block 12", () -> admitted(blocks));
  }

  @Test
  void aTruncateThatKeepsABlockIsTold() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public void truncate(int sequence, int tokens) {
                    super.truncate(sequence, tokens + BLOCK);
                  }
                }));
    breaks(Rule.BSM_10, "truncate to 4", () -> blocks.truncate(0, 4));
  }

  @Test
  void aCommitThatIsForgottenIsTold() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public void commit(int sequence, int tokens) {
                    super.commit(sequence, tokens - 1);
                  }
                }));
    breaks(Rule.BSM_25, "left 7", () -> blocks.commit(0, 8));
  }

  @Test
  void aClearThatMiscountsIsTold() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public int clear() {
                    return super.clear() + 1;
                  }
                }));
    breaks(Rule.BSM_20, "clear answered 1", blocks::clear);
  }

  @Test
  void aCopyOfNoBlockIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public void drainCopies(BlockCopies into) {
                into.add(3, 20);
              }
            });
    breaks(Rule.BSM_12, "from 3 to 20", () -> blocks.drainCopies(new BlockCopies()));
  }

  @Test
  void aBlockOfTwoWritersIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public Reservation reserve(int sequence, int tokens) {
                return Reservation.GRANTED;
              }
            });
    NaiveSequence parent = sequence(1, 6);
    blocks.admit(parent, 7, false);
    blocks.commit(1, 6);
    blocks.fork(parent, parent.fork(2, 1));
    breaks(Rule.BSM_2, "not its alone", () -> blocks.reserve(2, 7));
  }

  @Test
  void aGrantWithoutRoomIsTold() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public Reservation reserve(int sequence, int tokens) {
                    return Reservation.GRANTED;
                  }
                }));
    breaks(Rule.BSM_7, "granted 20", () -> blocks.reserve(0, 20));
  }

  @Test
  void aChildWithAnotherTableIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public void fork(SequenceView parent, SequenceView child) {
                super.admit(child, child.length(), true);
              }
            });
    NaiveSequence parent = sequence(1, 6);
    blocks.admit(parent, 6, false);
    blocks.commit(1, 6);
    breaks(Rule.BSM_16, "fork gave", () -> blocks.fork(parent, parent.fork(2, 1)));
  }

  @Test
  void aForkIntoWhoIsAdmittedIsTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    NaiveSequence parent = sequence(1, 6);
    blocks.admit(parent, 6, true);
    breaks(Rule.BSM_26, "fork into", () -> blocks.fork(parent, parent.fork(0, 1)));
  }

  @Test
  void aSwapThatMovesNothingIsTold() {
    AssertingBlockSpaceManager blocks =
        admitted(
            manager(real ->
                new ForwardingBlockSpaceManager(real) {
                  @Override
                  public Reservation swapOut(int sequence) {
                    return Reservation.GRANTED;
                  }
                }));
    breaks(Rule.BSM_17, "outside [12, 20)", () -> blocks.swapOut(0));
  }

  @Test
  void aSwapInOfWhoIsThereIsTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    breaks(Rule.BSM_26, "not swapped out", () -> blocks.swapIn(0, false));
  }

  @Test
  void aNegativeCountIsTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    breaks(Rule.BSM_26, "-1 tokens", () -> blocks.reserve(0, -1));
  }

  @Test
  void entriesThatAreNotThereAreTold() {
    AssertingBlockSpaceManager blocks = admitted(manager());
    breaks(
        Rule.BSM_26,
        "entries [1, 4)",
        () -> blocks.copyTable(0, 1, 3, MemorySegment.ofArray(new int[3]), 0));
  }

  @Test
  void moreCachedBlocksThanThereAreIsTold() {
    AssertingBlockSpaceManager blocks =
        manager(real ->
            new ForwardingBlockSpaceManager(real) {
              @Override
              public int cachedBlocks(Tier tier) {
                return 13;
              }
            });
    breaks(Rule.BSM_3, "13 DEVICE blocks are cached", () -> admitted(blocks));
  }
}
