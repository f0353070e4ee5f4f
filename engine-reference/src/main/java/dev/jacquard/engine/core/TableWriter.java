package dev.jacquard.engine.core;

import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.StepShape;

/// Keeps the block tables of one step in flight equal to the manager's: a decoding sequence costs at most one int for each step planned since this one was used last, a whole table is
/// written only when existing entries changed.
///
/// Each step in flight has tables of its own. A plan may change entries that the step before still reads: a block copied on write, a sequence that was preempted and admitted again.
final class TableWriter {
  private final StepShape shape;
  private final int[] written;
  private final int[] revisions;

  TableWriter(StepShape shape) {
    this.shape = shape;
    written = new int[shape.maxSequences()];
    revisions = new int[shape.maxSequences()];
  }

  /// The next table of `sequence` has nothing in common with the last one.
  void forget(int sequence) {
    written[sequence] = 0;
  }

  void update(BlockSpaceManager blocks, int sequence, StepInputs in) {
    int length = blocks.tableLength(sequence);
    int revision = blocks.tableRevision(sequence);
    int from = revision == revisions[sequence] ? Math.min(written[sequence], length) : 0;
    if (from < length) {
      long offset = 4L * ((long) sequence * shape.maxBlocksPerSequence() + from);
      blocks.copyTable(sequence, from, length - from, in.blockTables(), offset);
    }
    written[sequence] = length;
    revisions[sequence] = revision;
  }
}
