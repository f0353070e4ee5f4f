package dev.jacquard.engine.block;

import dev.jacquard.engine.block.SequenceTables.Table;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceContext;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// The paged mechanism: reference-counted blocks in two tiers, append-only tables, prefixes shared by
/// verified content, eviction by a policy. Where the contract leaves room:
///
/// - Of two blocks with the same content the first is cached; the other stays in its table and takes
///   over when the first is let go ([CachedBlocks]). Tables are not rewritten for it.
/// - `reserve` makes the block of position `computedTokens` writable: a shared or cached one is copied;
///   when no block is left for a copy and nobody else holds it, it is forgotten by the cache instead.
/// - `swapOut` moves what only the sequence holds, cached or not, and copies what others hold too.
///   `swapIn` takes full blocks that others still hold on the device from there.
/// - With a window, an admitted sequence does not hold the cached blocks it can no longer see, and an
///   evicted block takes all that follows it out of the cache.
/// - The watermark is `ceil(watermark * deviceBlocks)` blocks. `length()` tokens must fit at admission
///   even when nothing else runs.
public final class PagedBlockSpaceManager implements BlockSpaceManager {
  private final int blockSize;
  private final boolean sharing;
  private final int watermark;
  private final Window window;
  private final BlockPool pool;
  private final CachedBlocks cache;
  private final CacheEvents events;
  private final SequenceTables tables;
  private final Admission admission;

  /// A manager with empty pools.
  ///
  /// @param context sizes and services
  /// @param policy chooses the victims; replaced by LRU if it fails
  public PagedBlockSpaceManager(BlockSpaceContext context, EvictionPolicy policy) {
    blockSize = context.blockSize();
    sharing = context.prefixSharing();
    // The small term keeps 0.07 * 100 = 7.000000000000001 from costing an eighth block.
    watermark = (int) Math.ceil(context.watermark() * context.deviceBlocks() - 1e-9);
    window = new Window(blockSize, context.window(), context.sinkTokens());
    pool = new BlockPool(context.deviceBlocks(), context.hostBlocks());
    GuardedEvictionPolicy guarded =
        new GuardedEvictionPolicy(
            policy, context.deviceBlocks(), context.hostBlocks(), context.metrics());
    events = new CacheEvents(guarded, context.listeners());
    cache = new CachedBlocks(context, pool, guarded, events);
    tables = new SequenceTables(context.maxSequences());
    admission = new Admission(pool, cache, events, window, sharing);
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public int totalBlocks(Tier tier) {
    return pool.total(tier);
  }

  @Override
  public int availableBlocks(Tier tier) {
    return pool.available(tier);
  }

  @Override
  public int cachedBlocks(Tier tier) {
    return cache.cached(tier);
  }

  @Override
  public int peek(SequenceView sequence) {
    return admission.match(sequence) * blockSize;
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    requireCount(tokens, sequence.id());
    return admission.admit(
        tables.vacant(sequence), sequence, tokens, othersRunning ? watermark : 0);
  }

  private static void requireCount(int tokens, int sequence) {
    if (tokens < 0) {
      throw new IllegalStateException(tokens + " tokens of sequence " + sequence + " (BSM-26)");
    }
  }

  @Override
  public int computedTokens(int sequence) {
    return tables.admitted(sequence).computed;
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    Table table = tables.onDevice(sequence);
    requireCount(tokens, sequence);
    if (window.mustHold(table.computed, tokens) > pool.total(Tier.DEVICE)) {
      return Reservation.NEVER;
    }
    int fresh = Math.max(0, window.blocks(tokens) - table.length);
    boolean copy = mustCopy(table, tokens);
    int available = pool.available(Tier.DEVICE);
    if (fresh + (copy ? 1 : 0) > available) {
      boolean forgettable = copy && pool.references(table.blocks[table.computed / blockSize]) == 1;
      if (fresh > available || !forgettable) {
        return Reservation.LATER;
      }
      cache.forget(table.blocks[table.computed / blockSize]);
      copy = false;
    }
    if (copy) {
      copyOnWrite(table, fresh + 1);
    } else if (writesPartial(table, tokens)) {
      cache.detach(table.blocks[table.computed / blockSize]);
    }
    table.ensure(table.length + fresh);
    for (int left = fresh; left > 0; left--) {
      table.append(cache.take(Tier.DEVICE, left));
    }
    return Reservation.GRANTED;
  }

  /// Whether the next position falls into a block that holds earlier positions and that somebody else
  /// holds or the cache needs. All later blocks are the sequence's own: forks share computed positions
  /// only, and truncating cuts the table.
  private boolean mustCopy(Table table, int tokens) {
    if (!writesPartial(table, tokens)) {
      return false;
    }
    int block = table.blocks[table.computed / blockSize];
    return pool.references(block) > 1 || (cache.isPrimary(block) && !cache.hasTwin(block));
  }

  private boolean writesPartial(Table table, int tokens) {
    return tokens > table.computed
        && table.computed % blockSize != 0
        && table.computed / blockSize < table.length;
  }

  private void copyOnWrite(Table table, int stillNeeded) {
    int entry = table.computed / blockSize;
    int shared = table.blocks[entry];
    int own = cache.take(Tier.DEVICE, stillNeeded);
    cache.copies().add(shared, own);
    table.blocks[entry] = own;
    table.revision++;
    cache.drop(shared, cache.nextUse());
  }

  @Override
  public void commit(int sequence, int tokens) {
    Table table = tables.onDevice(sequence);
    if (tokens < table.computed || tokens > table.length * blockSize) {
      throw new IllegalStateException(
          "commit of sequence "
              + sequence
              + " to "
              + tokens
              + " tokens: computed are "
              + table.computed
              + ", reserved "
              + table.length * blockSize);
    }
    table.computed = tokens;
    if (sharing) {
      share(table);
    }
    giveUpUnseen(table);
  }

  /// Caches the blocks that are computed and whose tokens are known. With steps in flight the last
  /// tokens may not be; their blocks follow at a later commit.
  private void share(Table table) {
    SequenceView view = table.sequence();
    int full = Math.min(table.computed, view.length()) / blockSize;
    while (table.chained < full && chainIntact(table)) {
      int entry = table.chained;
      int block = table.blocks[entry];
      if (block < 0) {
        return; // the window took it before its tokens were known
      }
      int node = cache.nodeOf(block);
      if (node < 0) {
        node = cache.store(view, entry, table.chainNode, block);
      } else if (cache.index().find(view, entry, table.chainNode) != node) {
        return; // it was written without being reserved anew: do not vouch for it
      }
      table.chain(entry + 1, node, cache.index().serial(node));
    }
  }

  private boolean chainIntact(Table table) {
    return table.chained == 0
        || (table.chainNode >= 0 && cache.index().serial(table.chainNode) == table.chainSerial);
  }

  private void giveUpUnseen(Table table) {
    int from = Math.max(table.givenUp, window.sinkBlocks());
    int to = Math.min(window.firstSeen(table.computed), table.length);
    if (to <= from) {
      return;
    }
    long use = cache.nextUse();
    for (int entry = to - 1; entry >= from; entry--) {
      cache.drop(table.blocks[entry], use);
      table.blocks[entry] = -1;
    }
    table.givenUp = to;
    table.revision++;
  }

  @Override
  public void truncate(int sequence, int tokens) {
    Table table = tables.onDevice(sequence);
    int entries = window.blocks(Math.max(0, tokens));
    if (tokens < 0
        || window.firstSeen(tokens) < Math.min(table.givenUp, Math.min(entries, table.length))) {
      throw new IllegalStateException(
          "truncate of sequence "
              + sequence
              + " to "
              + tokens
              + " tokens: "
              + (tokens < 0 ? "a count is not negative" : "the window gave up blocks it needs"));
    }
    table.computed = Math.min(table.computed, tokens);
    unchain(table, table.computed / blockSize);
    if (entries < table.length) {
      dropFrom(table, entries, cache.nextUse());
      table.givenUp = Math.min(table.givenUp, entries);
      table.revision++;
    }
  }

  private void unchain(Table table, int blocks) {
    if (blocks >= table.chained) {
      return;
    }
    int node = -1;
    if (chainIntact(table)) {
      node = table.chainNode;
      for (int i = table.chained; i > blocks; i--) {
        node = cache.index().parent(node);
      }
    }
    table.chain(blocks, node, node < 0 ? 0 : cache.index().serial(node));
  }

  private void dropFrom(Table table, int entry, long use) {
    while (table.length > entry) {
      int block = table.blocks[--table.length];
      if (block >= 0) {
        cache.drop(block, use);
      }
    }
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    Table from = tables.onDevice(parent.id());
    Table to = tables.vacant(child);
    int entries = window.blocks(from.computed);
    to.view = child;
    to.revision++;
    to.ensure(Math.max(entries, window.blocks(child.maxLength())));
    to.computed = from.computed;
    to.givenUp = from.givenUp;
    to.chain(from.chained, from.chainNode, from.chainSerial);
    for (int entry = 0; entry < entries; entry++) {
      int block = from.blocks[entry];
      to.append(block);
      if (block >= 0) {
        cache.hold(block);
      }
    }
  }

  @Override
  public Reservation swapOut(int sequence) {
    Table table = tables.onDevice(sequence);
    int left = table.held();
    if (pool.total(Tier.HOST) == 0 || left > pool.total(Tier.HOST)) {
      return Reservation.NEVER;
    }
    if (left > pool.available(Tier.HOST)) {
      return Reservation.LATER;
    }
    long use = cache.nextUse();
    for (int entry = 0; entry < table.length; entry++) {
      if (table.blocks[entry] >= 0) {
        table.blocks[entry] = cache.copyTo(Tier.HOST, table.blocks[entry], left--, use);
      }
    }
    table.swapped = true;
    table.revision++;
    return Reservation.GRANTED;
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    Table table = tables.admitted(sequence);
    if (!table.swapped) {
      throw new IllegalStateException("sequence " + sequence + " is not swapped out");
    }
    int left = table.held();
    for (int entry = 0; entry < table.computed / blockSize; entry++) {
      left -= onDeviceElsewhere(table.blocks[entry]) ? 1 : 0;
    }
    if (left > pool.available(Tier.DEVICE) - (othersRunning ? watermark : 0)) {
      return Reservation.LATER;
    }
    long use = cache.nextUse();
    for (int entry = 0; entry < table.computed / blockSize; entry++) {
      int block = table.blocks[entry];
      if (onDeviceElsewhere(block)) {
        table.blocks[entry] = cache.primary(cache.nodeOf(block));
        cache.hold(table.blocks[entry]);
        cache.drop(block, use);
      }
    }
    for (int entry = 0; entry < table.length; entry++) {
      int block = table.blocks[entry];
      if (block >= 0 && pool.tier(block) == Tier.HOST) {
        table.blocks[entry] = cache.copyTo(Tier.DEVICE, block, left--, use);
      }
    }
    table.swapped = false;
    table.revision++;
    return Reservation.GRANTED;
  }

  /// Whether the host block `block` has the content of a device block, which somebody holds then.
  private boolean onDeviceElsewhere(int block) {
    return block >= 0
        && cache.nodeOf(block) >= 0
        && pool.tier(cache.primary(cache.nodeOf(block))) == Tier.DEVICE;
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    Table table = tables.admitted(sequence);
    boolean cached = table.chained > 0 && chainIntact(table);
    events.released(table.sequence(), reason, cached ? cache.primary(table.chainNode) : -1);
    dropFrom(table, 0, cache.nextUse());
    table.reset();
  }

  @Override
  public int clear() {
    return cache.clear();
  }

  @Override
  public void planning() {
    cache.prefetch(watermark);
  }

  @Override
  public int tableLength(int sequence) {
    return tables.admitted(sequence).length;
  }

  @Override
  public int tableRevision(int sequence) {
    return tables.admitted(sequence).revision;
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    Table table = tables.admitted(sequence);
    Objects.checkFromIndexSize(from, count, table.length);
    MemorySegment.copy(table.blocks, from, into, ValueLayout.JAVA_INT_UNALIGNED, byteOffset, count);
  }

  @Override
  public void drainCopies(BlockCopies into) {
    BlockCopies copies = cache.copies();
    for (int i = 0; i < copies.size(); i++) {
      into.add(copies.source(i), copies.target(i));
    }
    copies.clear();
  }

  @Override
  public void close() {
    tables.close();
    cache.copies().clear();
  }
}
