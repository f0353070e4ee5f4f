package dev.jacquard.conformance.block;

import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A manager of arrays that caches nothing and knows no host tier and no window: what the naive one
/// cannot show, constant cost and no allocation, and the bugs of free lists.
class FrugalBlocks implements BlockSpaceManager {
  private final int blockSize;
  private final int hostBlocks;
  private final int maxSequences;
  private final int watermark;
  private final int[] references;
  private final int[] free;
  private final int[][] tables;
  private final int[] lengths;
  private final int[] computed;
  private final int[] revisions;
  private final SequenceView[] views;
  private final BlockCopies copies = new BlockCopies();
  private final BlockSpaceContext context;
  private int freeCount;

  FrugalBlocks(BlockSpaceContext context) {
    this.context = context;
    blockSize = context.blockSize();
    hostBlocks = context.hostBlocks();
    maxSequences = context.maxSequences();
    watermark = (int) Math.ceil(context.watermark() * context.deviceBlocks() - 1e-9);
    references = new int[context.deviceBlocks()];
    // Room for a block that is freed twice: a mutant does.
    free = new int[context.deviceBlocks() * 4];
    tables = new int[maxSequences][context.deviceBlocks()];
    lengths = new int[maxSequences];
    computed = new int[maxSequences];
    revisions = new int[maxSequences];
    views = new SequenceView[maxSequences];
    for (int block = context.deviceBlocks() - 1; block >= 0; block--) {
      free[freeCount++] = block;
    }
  }

  final boolean admitted(int sequence) {
    return sequence >= 0 && sequence < maxSequences && views[sequence] != null;
  }

  private void require(boolean holds, String complaint) {
    if (!holds) {
      throw new IllegalStateException(complaint);
    }
  }

  private void requireAdmitted(int sequence) {
    require(admitted(sequence), "not admitted");
  }

  final int blocks(int tokens) {
    return (tokens + blockSize - 1) / blockSize;
  }

  /// A block with one holder.
  int take() {
    int block = free[--freeCount];
    references[block] = 1;
    return block;
  }

  final void hold(int block) {
    if (block >= 0) {
      references[block]++;
    }
  }

  void drop(int block) {
    if (block >= 0 && --references[block] == 0) {
      free[freeCount++] = block;
    }
  }

  /// Puts `block` to the free ones.
  final void addFree(int block) {
    free[freeCount++] = block;
  }

  final int[] table(int sequence) {
    return tables[sequence];
  }

  final int length(int sequence) {
    return lengths[sequence];
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public int totalBlocks(Tier tier) {
    return tier == Tier.DEVICE ? references.length : hostBlocks;
  }

  @Override
  public int availableBlocks(Tier tier) {
    return tier == Tier.DEVICE ? freeCount : hostBlocks;
  }

  @Override
  public int cachedBlocks(Tier tier) {
    return 0;
  }

  @Override
  public int peek(SequenceView sequence) {
    return 0;
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    int id = sequence.id();
    require(id >= 0 && id < maxSequences && views[id] == null && tokens >= 0, "admit");
    if (blocks(sequence.maxLength()) > references.length) {
      return Reservation.NEVER;
    }
    int needed = blocks(Math.max(tokens, sequence.length()));
    if (needed + (othersRunning ? watermark : 0) > freeCount) {
      return Reservation.LATER;
    }
    views[id] = sequence;
    revisions[id]++;
    while (lengths[id] < blocks(tokens)) {
      tables[id][lengths[id]++] = take();
    }
    for (int i = 0; i < context.listeners().size(); i++) {
      context.listeners().get(i).opened(sequence, -1, 0);
    }
    return Reservation.GRANTED;
  }

  @Override
  public int computedTokens(int sequence) {
    requireAdmitted(sequence);
    return computed[sequence];
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    requireAdmitted(sequence);
    require(tokens >= 0, "negative");
    int length = lengths[sequence];
    if (Math.max(length, blocks(tokens)) > references.length) {
      return Reservation.NEVER;
    }
    int entry = computed[sequence] / blockSize;
    boolean copy =
        tokens > computed[sequence]
            && entry < length
            && tables[sequence][entry] >= 0
            && references[tables[sequence][entry]] > 1;
    if (Math.max(0, blocks(tokens) - length) + (copy ? 1 : 0) > freeCount) {
      return Reservation.LATER;
    }
    if (copy) {
      int own = take();
      copies.add(tables[sequence][entry], own);
      drop(tables[sequence][entry]);
      tables[sequence][entry] = own;
      revisions[sequence]++;
    }
    while (lengths[sequence] < blocks(tokens)) {
      tables[sequence][lengths[sequence]++] = take();
    }
    return Reservation.GRANTED;
  }

  @Override
  public void commit(int sequence, int tokens) {
    requireAdmitted(sequence);
    require(tokens >= computed[sequence] && tokens <= lengths[sequence] * blockSize, "commit");
    computed[sequence] = tokens;
  }

  @Override
  public void truncate(int sequence, int tokens) {
    requireAdmitted(sequence);
    require(tokens >= 0, "negative");
    while (lengths[sequence] > blocks(tokens)) {
      drop(tables[sequence][--lengths[sequence]]);
      revisions[sequence]++;
    }
    computed[sequence] = Math.min(computed[sequence], tokens);
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    requireAdmitted(parent.id());
    require(!admitted(child.id()), "admitted already");
    views[child.id()] = child;
    computed[child.id()] = computed[parent.id()];
    revisions[child.id()]++;
    for (int i = 0; i < blocks(computed[parent.id()]); i++) {
      int block = tables[parent.id()][i];
      hold(block);
      tables[child.id()][lengths[child.id()]++] = block;
    }
  }

  @Override
  public Reservation swapOut(int sequence) {
    requireAdmitted(sequence);
    return Reservation.NEVER;
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    throw new IllegalStateException("not swapped");
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    requireAdmitted(sequence);
    while (lengths[sequence] > 0) {
      drop(tables[sequence][--lengths[sequence]]);
    }
    computed[sequence] = 0;
    for (int i = 0; i < context.listeners().size(); i++) {
      context.listeners().get(i).released(views[sequence], reason, -1);
    }
    views[sequence] = null;
  }

  @Override
  public int clear() {
    return 0;
  }

  @Override
  public int tableLength(int sequence) {
    requireAdmitted(sequence);
    return lengths[sequence];
  }

  @Override
  public int tableRevision(int sequence) {
    requireAdmitted(sequence);
    return revisions[sequence];
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    requireAdmitted(sequence);
    MemorySegment.copy(tables[sequence], from, into, ValueLayout.JAVA_INT, byteOffset, count);
  }

  @Override
  public void drainCopies(BlockCopies into) {
    for (int i = 0; i < copies.size(); i++) {
      into.add(copies.source(i), copies.target(i));
    }
    copies.clear();
  }

  @Override
  public void close() {}
}
