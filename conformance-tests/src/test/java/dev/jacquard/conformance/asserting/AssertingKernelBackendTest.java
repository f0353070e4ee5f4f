package dev.jacquard.conformance.asserting;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.cranky.CrankyKernelBackend;
import dev.jacquard.conformance.cranky.Mood;
import dev.jacquard.conformance.forwarding.ForwardingBlockSpaceManager;
import dev.jacquard.conformance.forwarding.ForwardingKernelBackend;
import dev.jacquard.conformance.kernel.NaiveKernelBackend;
import dev.jacquard.conformance.naive.ManualClock;
import dev.jacquard.conformance.naive.NaiveBlockSpaceContext;
import dev.jacquard.conformance.naive.NaiveBlockSpaceManager;
import dev.jacquard.conformance.naive.PlainEviction;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.SamplingColumns;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class AssertingKernelBackendTest {
  private static final KvCacheLayout LAYOUT = new KvCacheLayout(2, 1, 4, 4, DType.F32);
  private static final StepShape SHAPE = new StepShape(8, 4, 4, 4, 4, 4);

  private final StepProtocol protocol = new StepProtocol();
  private final KernelBackend real = new NaiveKernelBackend();
  private AssertingKernelBackend backend = new AssertingKernelBackend(real, protocol);

  @AfterEach
  void close() {
    real.close();
  }

  private void breaks(Rule rule, String phrase, Executable misuse) {
    Misuse.breaks(protocol, rule, phrase, misuse);
  }

  private void wrong(UnaryOperator<KernelBackend> bug) {
    backend = new AssertingKernelBackend(bug.apply(real), protocol);
  }

  private Tensor table() {
    MemorySegment part = backend.allocateStaging(4 * 4 * 4);
    return backend.loadWeight(
        new WeightSpec("table", WeightRole.EMBEDDING, false, DType.F32, 4, 4, List.of(part)));
  }

  /// A step of one row: tokens at positions 0 and 1 of sequence 2, in block 3.
  private StepInputs step() {
    StepInputs in =
        new StepInputs(
            SHAPE,
            backend.allocateStaging(StepInputs.stagingBytes(SHAPE)),
            backend.allocateStaging(StepInputs.blockTableBytes(SHAPE)));
    fill(in, 12);
    return in;
  }

  private static void fill(StepInputs in, int slot) {
    in.clear();
    in.blockTables().setAtIndex(JAVA_INT, 2L * SHAPE.maxBlocksPerSequence(), 3);
    in.addRow(2, 2);
    in.addToken(1, 0, slot);
    in.addToken(2, 1, slot + 1);
    in.addOutput(1);
  }

  @Test
  void anOrderlyStepIsLeftInPeace() {
    Tensor out = backend.activation(8, 4);
    Tensor view = backend.columns(backend.activation(8, 8), 2, 4);
    Tensor table = table();
    KvCache kv = backend.allocateKvCache(LAYOUT, 4, 2);
    StepInputs in = step();
    for (int i = 0; i < 3; i++) {
      assertFalse(backend.begin(in));
      backend.embed(out, table, in);
      backend.add(view, out, 2);
      backend.writeKv(kv, 1, out, view, in);
      backend.end(in);
      backend.downloadRows(out, 1, 1, backend.allocateStaging(16));
      fill(in, 12);
    }
    backend.free(out);
    backend.close();
    backend.close();
    protocol.verify();
  }

  @Test
  void aForeignTensorIsTold() {
    Tensor foreign = real.activation(2, 4);
    Tensor own = backend.activation(2, 4);
    breaks(Rule.KRN_3, "did not make", () -> backend.add(own, foreign, 1));
  }

  @Test
  void aFreedTensorAndItsViewsAreDead() {
    Tensor base = backend.activation(2, 8);
    Tensor view = backend.columns(backend.columns(base, 0, 6), 0, 4);
    Tensor own = backend.activation(2, 4);
    backend.free(base);
    breaks(Rule.KRN_3, "was freed", () -> backend.add(own, view, 1));
  }

  @Test
  void aViewIsNotFreed() {
    Tensor view = backend.columns(backend.activation(2, 8), 0, 4);
    breaks(Rule.KRN_3, "a view", () -> backend.free(view));
  }

  @Test
  void aWeightIsNotWritten() {
    Tensor table = table();
    Tensor own = backend.activation(4, 4);
    breaks(Rule.KRN_3, "which is a weight", () -> backend.add(table, own, 1));
  }

  @Test
  void shapesThatDoNotFitAreTold() {
    Tensor own = backend.activation(2, 4);
    Tensor wide = backend.activation(2, 5);
    breaks(Rule.KRN_3, "2x4 2x5", () -> backend.add(own, wide, 1));
  }

  @Test
  void moreRowsThanThereAreAreTold() {
    Tensor own = backend.activation(2, 4);
    breaks(Rule.KRN_3, "covers 3 rows", () -> backend.add(own, own, 3));
  }

  @Test
  void aForeignCacheIsTold() {
    KvCache foreign = real.allocateKvCache(LAYOUT, 2, 0);
    breaks(
        Rule.KRN_3, "KV cache", () -> backend.exportBlock(foreign, 0, backend.allocateStaging(64)));
  }

  @Test
  void aLayerOrABlockThatIsNotThereIsTold() {
    KvCache kv = backend.allocateKvCache(LAYOUT, 2, 1);
    BlockCopies copies = new BlockCopies();
    copies.add(0, 3);
    breaks(Rule.KRN_3, "block 3 of 3", () -> backend.copyBlocks(kv, copies));
  }

  @Test
  void aStepThatBeganIsNotBegunAgain() {
    StepInputs in = step();
    backend.begin(in);
    breaks(Rule.KRN_17, "began twice", () -> backend.begin(in));
  }

  @Test
  void anEndNeedsABeginning() {
    StepInputs in = step();
    breaks(Rule.KRN_17, "without begin", () -> backend.end(in));
  }

  @Test
  void theInputsOfAnotherStepAreTold() {
    Tensor out = backend.activation(8, 4);
    Tensor table = table();
    StepInputs other = step();
    backend.begin(step());
    breaks(Rule.KRN_17, "another step", () -> backend.embed(out, table, other));
  }

  @Test
  void aReplayedStepIsNotComputedAgain() {
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public boolean begin(StepInputs in) {
            return true;
          }
        });
    Tensor own = backend.activation(2, 4);
    backend.begin(step());
    breaks(Rule.KRN_17, "replayed", () -> backend.add(own, own, 1));
  }

  @Test
  void inputsAreNotRewrittenBeforeAnybodyWaited() {
    Tensor own = backend.activation(2, 4);
    StepInputs in = step();
    backend.begin(in);
    backend.end(in);
    fill(in, 12);
    backend.add(own, own, 1);
    in.resolveToken(0, 3);
    breaks(Rule.KRN_18, "had been changed", backend::synchronize);
  }

  @Test
  void blockTablesAreNotRewrittenEither() {
    StepInputs in = step();
    backend.begin(in);
    backend.end(in);
    in.blockTables().setAtIndex(JAVA_INT, 2L * SHAPE.maxBlocksPerSequence(), 1);
    breaks(Rule.KRN_18, "had been changed", backend::synchronize);
  }

  @Test
  void inputsAreNotEnqueuedTwiceBeforeAnybodyWaited() {
    StepInputs in = step();
    backend.begin(in);
    backend.end(in);
    breaks(Rule.KRN_18, "nobody has waited for", () -> backend.begin(in));
  }

  @Test
  void aWaitThatFailedHasNotWaited() {
    AtomicInteger waits = new AtomicInteger();
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public void synchronize() {
            waits.incrementAndGet();
            throw new BackendException(
                dev.jacquard.spi.error.StandardErrorCode.BACKEND_FAILED,
                BackendException.Severity.STEP_FAILED,
                "no",
                null);
          }
        });
    StepInputs in = step();
    backend.begin(in);
    backend.end(in);
    assertThrows(BackendException.class, backend::synchronize);
    assertEquals(1, waits.get());
    breaks(Rule.KRN_18, "nobody has waited for", () -> backend.begin(in));
  }

  @Test
  void slotsThatDoNotAgreeWithTheTableAreTold() {
    StepInputs in = step();
    fill(in, 8);
    breaks(Rule.KRN_6, "table says block 3", () -> backend.begin(in));
  }

  @Test
  void memoryThatIsNoStagingIsTold() {
    StepInputs in =
        new StepInputs(
            SHAPE,
            MemorySegment.ofArray(new byte[(int) StepInputs.stagingBytes(SHAPE)]),
            backend.allocateStaging(StepInputs.blockTableBytes(SHAPE)));
    breaks(Rule.KRN_5, "staging", () -> backend.begin(in));
  }

  @Test
  void aTokenThatIsNotResolvedIsTold() {
    Tensor out = backend.activation(8, 4);
    Tensor table = table();
    StepInputs in = step();
    in.resolveToken(0, -1);
    backend.begin(in);
    breaks(Rule.KRN_18, "token 0 has id -1", () -> backend.embed(out, table, in));
  }

  @Test
  void anOperationThatIsNotDeclaredIsNotCalled() {
    Tensor own = backend.activation(2, 4);
    MemorySegment ids = backend.allocateStaging(64);
    SamplingColumns columns = new SamplingColumns(1);
    breaks(Rule.KRN_8, "does not declare", () -> backend.sample(ids, own, columns, 1));
  }

  @Test
  void aLostBackendIsLeftAlone() {
    wrong(to -> new CrankyKernelBackend(to, new Mood(1, Integer.MAX_VALUE), 1));
    Tensor own = backend.activation(2, 4);
    assertThrows(BackendException.class, () -> backend.add(own, own, 1));
    breaks(Rule.KRN_12, "was lost", backend::synchronize);
  }

  @Test
  void aFailureThatDoesNotSayWhatItCostIsTold() {
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public void synchronize() {
            throw new IllegalStateException("oops");
          }
        });
    breaks(Rule.KRN_12, "oops", backend::synchronize);
  }

  @Test
  void whatIsMadeIsWhatWasAskedFor() {
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public Tensor activation(int rows, int width) {
            return super.activation(rows + 1, width);
          }
        });
    breaks(Rule.KRN_3, "3 x 4 instead of 2 x 4", () -> backend.activation(2, 4));
  }

  @Test
  void stagingIsZeroed() {
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public MemorySegment allocateStaging(long bytes) {
            return super.allocateStaging(bytes).fill((byte) 1);
          }
        });
    breaks(Rule.KRN_5, "not zero", () -> backend.allocateStaging(8));
  }

  @Test
  void anotherThreadIsTold() throws InterruptedException {
    backend.synchronize();
    AtomicReference<Throwable> seen = new AtomicReference<>(new IllegalStateException());
    Thread other =
        new Thread(
            () -> {
              try {
                backend.memory();
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
  void closeIsCalledTwiceOnPurposeAndNothingAfterwards() {
    AtomicInteger closed = new AtomicInteger();
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public void close() {
            closed.incrementAndGet();
            super.close();
          }
        });
    backend.close();
    assertEquals(2, closed.get());
    breaks(Rule.PLG_7, "after close", () -> backend.activation(1, 1));
  }

  private AssertingBlockSpaceManager copying() {
    return new AssertingBlockSpaceManager(
        new ForwardingBlockSpaceManager(
            new NaiveBlockSpaceManager(
                NaiveBlockSpaceContext.of(4, 4, new ManualClock()), new PlainEviction(4))) {
          @Override
          public void drainCopies(BlockCopies into) {
            into.add(1, 2);
          }
        },
        protocol);
  }

  @Test
  void copiesReachTheBackendBeforeTheStep() {
    copying().drainCopies(new BlockCopies());
    StepInputs in = step();
    breaks(Rule.BSM_12, "[1>2]", () -> backend.begin(in));
  }

  @Test
  void copiesReachTheBackendAsTheyWereHandedOut() {
    AssertingBlockSpaceManager blocks = copying();
    KvCache kv = backend.allocateKvCache(LAYOUT, 4, 0);
    BlockCopies copies = new BlockCopies();
    blocks.drainCopies(copies);
    backend.copyBlocks(kv, copies);
    copies.clear();
    blocks.drainCopies(copies);
    copies.add(0, 3);
    breaks(Rule.BSM_12, "[1>2, 0>3]", () -> backend.copyBlocks(kv, copies));
  }

  @Test
  void aStepWaitsForTheCopiesOfItsPlan() {
    copying();
    protocol.planned();
    StepInputs in = step();
    breaks(Rule.BSM_12, "drainCopies was not called", () -> backend.begin(in));
  }

  @Test
  void aSlotBeyondTheCacheIsTold() {
    KvCache kv = backend.allocateKvCache(LAYOUT, 2, 1);
    Tensor own = backend.activation(8, 4);
    StepInputs in = step();
    backend.begin(in);
    breaks(Rule.KRN_6, "slot 12", () -> backend.writeKv(kv, 0, own, own, in));
  }

  @Test
  void anOutputOfNoTokenIsTold() {
    StepInputs in = step();
    in.addOutput(2);
    breaks(Rule.KRN_6, "output 1 is of token 2", () -> backend.begin(in));
  }

  @Test
  void aRowWhosePositionsDoNotEndAtItsLengthIsTold() {
    StepInputs in = step();
    in.addRow(1, 5);
    in.addToken(1, 3, -1);
    breaks(Rule.KRN_6, "token 2 is at position 3", () -> backend.begin(in));
  }

  @Test
  void aCacheOfAnotherSizeIsTold() {
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public KvCache allocateKvCache(KvCacheLayout layout, int device, int host) {
            return super.allocateKvCache(layout, device, host + 1);
          }
        });
    breaks(Rule.KRN_6, "made 5 blocks", () -> backend.allocateKvCache(LAYOUT, 4, 0));
  }

  @Test
  void aBlockThatTakesNothingIsTold() {
    wrong(to ->
        new ForwardingKernelBackend(to) {
          @Override
          public long kvBytesPerBlock(KvCacheLayout layout) {
            return 0;
          }
        });
    breaks(Rule.KRN_14, "answered 0", () -> backend.kvBytesPerBlock(LAYOUT));
  }
}
