package dev.jacquard.conformance.host;

import dev.jacquard.conformance.naive.NaiveSequence;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KernelBackend;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import dev.jacquard.spi.schedule.SchedulerLimits;
import dev.jacquard.spi.schedule.StepPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// The least a host does with a backend: each step's tokens are embedded, through inputs that are written
/// anew for each step. What the tokens mean is [dev.jacquard.conformance.naive.NaiveModel]'s business.
final class NaiveDevice {
  private static final int WIDTH = 32;
  private static final int VOCABULARY = 64;

  private final NaiveHost host;
  private final KernelBackend backend;
  private final StepInputs[] slots;
  private final Arena weights = Arena.ofShared();
  private final Tensor table;
  private final Tensor stream;
  private final KvCache kv;
  private int steps;
  private StepInputs current;

  NaiveDevice(NaiveHost host, HostSetup setup, SchedulerLimits limits, KernelBackend backend) {
    this.host = host;
    this.backend = backend;
    StepShape shape =
        new StepShape(
            limits.maxStepTokens(),
            limits.maxRunning(),
            limits.maxRunning(),
            limits.maxSequences(),
            Math.ceilDiv(limits.maxSequenceLength(), setup.blockSize()) + 1,
            setup.blockSize());
    slots = new StepInputs[limits.maxStepsInFlight()];
    for (int i = 0; i < slots.length; i++) {
      slots[i] =
          new StepInputs(
              shape,
              backend.allocateStaging(StepInputs.stagingBytes(shape)),
              backend.allocateStaging(StepInputs.blockTableBytes(shape)));
    }
    current = slots[0];
    MemorySegment zeros = weights.allocate(4L * VOCABULARY * WIDTH, 64);
    table =
        backend.loadWeight(
            new WeightSpec(
                "embedding",
                WeightRole.EMBEDDING,
                false,
                DType.F32,
                VOCABULARY,
                WIDTH,
                List.of(zeros)));
    stream = backend.activation(limits.maxStepTokens(), WIDTH);
    kv =
        backend.allocateKvCache(
            new KvCacheLayout(1, 1, WIDTH, setup.blockSize(), DType.F32),
            setup.deviceBlocks(),
            setup.hostBlocks());
  }

  /// Writes the inputs of the next step.
  void fill(StepPlan plan, List<NaiveSequence> rows, BlockSpaceManager blocks) {
    StepInputs in = slots[host.slot(steps++, slots.length)];
    current = in;
    in.clear();
    int size = in.shape().blockSize();
    for (int row = 0; row < plan.rows(); row++) {
      int id = plan.sequence(row);
      int from = plan.firstPosition(row);
      int to = from + plan.tokenCount(row);
      blocks.copyTable(
          id,
          0,
          blocks.tableLength(id),
          in.blockTables(),
          4L * id * in.shape().maxBlocksPerSequence());
      in.addRow(id, to);
      for (int position = from; position < to; position++) {
        in.addToken(
            rows.get(row).deviceToken(position),
            position,
            in.block(id, position / size) * size + position % size);
      }
      if (plan.outputs(row) > 0) {
        in.addOutput(in.tokens() - 1);
      }
    }
  }

  /// Runs the step that was filled last.
  void run(BlockCopies copies) {
    if (copies.size() > 0) {
      backend.copyBlocks(kv, copies);
    }
    if (!backend.begin(current)) {
      backend.embed(stream, table, current);
    }
    backend.end(current);
  }

  void await(boolean failed) {
    host.await(backend, failed);
  }

  /// Waits, whatever failed before.
  void settle() {
    try {
      await(true);
    } catch (BackendException e) {
      System.getLogger(NaiveDevice.class.getName()).log(System.Logger.Level.DEBUG, "failed", e);
    }
  }

  void close() {
    backend.close();
    weights.close();
  }
}
