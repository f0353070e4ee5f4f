package dev.jacquard.conformance.naive;

import dev.jacquard.conformance.naive.NaivePool.Block;
import dev.jacquard.conformance.naive.NaivePool.Prefix;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.BlockSpaceManager;
import dev.jacquard.spi.block.CacheListener;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The contract of [BlockSpaceManager] in its plainest form: lists, maps, scans, and prefixes
/// compared token by token.
///
/// What it decides where the contract leaves room:
/// - A full, committed block of a sequence on the device *is* the cached block of its prefix: a
///   duplicate is given up for the block that was there first, at `commit` and `swapIn` (the
///   revision grows), and a copy in the host tier that nobody needs is replaced by the device
///   block.
/// - Whatever a sequence may still write (`computedTokens` and above) is copied before it is
///   written if it is shared *or cached*.
/// - `swapOut` moves what only the sequence holds and copies what others hold too; `swapIn` takes
///   what is cached on the device and copies the rest. Neither is an admission or a release to the
///   listeners; what was cached is `moved`.
/// - Order of events: `unevictable` of matched blocks, evictions and promotions, `opened`, `hit`
///   root first; at a release `released`, then `evictable`.
public final class NaiveBlockSpaceManager implements BlockSpaceManager {
  private static final class Table {
    final SequenceView view;
    final List<@Nullable Block> blocks = new ArrayList<>();
    int computed;
    boolean swapped;

    Table(SequenceView view) {
      this.view = view;
    }
  }

  private final NaiveBlockSpaceContext context;
  private final NaivePool pool;
  private final Map<Integer, Table> tables = new HashMap<>();
  private final Map<Integer, Integer> revisions = new HashMap<>();
  private final int watermark;

  /// A manager whose victims `policy` chooses.
  public NaiveBlockSpaceManager(NaiveBlockSpaceContext context, EvictionPolicy policy) {
    this.context = context;
    pool = new NaivePool(context, policy);
    // The small term keeps 0.07 * 100 = 7.000000000000001 from costing an eighth block.
    watermark = (int) Math.ceil(context.watermark() * context.deviceBlocks() - 1e-9);
  }

  /// Reports to `listener` from now on.
  void listen(CacheListener listener) {
    pool.listen(listener);
  }

  @Override
  public int blockSize() {
    return context.blockSize();
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
    return pool.cachedBlocks(tier);
  }

  @Override
  public int peek(SequenceView sequence) {
    return match(sequence).size() * blockSize();
  }

  @Override
  public Reservation admit(SequenceView sequence, int tokens, boolean othersRunning) {
    if (tables.containsKey(sequence.id())) {
      throw new IllegalStateException("sequence " + sequence.id() + " is admitted already");
    }
    requireCount(tokens);
    if (mostAtOnce(sequence.maxLength()) > context.deviceBlocks()) {
      return Reservation.NEVER;
    }
    List<Block> matched = match(sequence);
    int computed = matched.size() * blockSize();
    int reserved = Math.max(blocksFor(tokens), matched.size());
    int held = 0;
    int unseen = 0;
    for (int i = 0; i < matched.size(); i++) {
      if (invisible(i, computed)) {
        unseen++;
      } else if (matched.get(i).tier == Tier.DEVICE && matched.get(i).holders > 0) {
        held++;
      }
    }
    int whole = Math.min(blocksFor(sequence.length()) - unseen, mostAtOnce(sequence.length()));
    int needed = Math.max(whole, reserved - unseen) - held;
    if (needed + (othersRunning ? watermark : 0) > pool.available(Tier.DEVICE)) {
      return needed > context.deviceBlocks() ? Reservation.NEVER : Reservation.LATER;
    }
    Table table = new Table(sequence);
    tables.put(sequence.id(), table);
    revised(sequence.id());
    int left = reserved - unseen;
    for (int i = 0; i < matched.size(); i++) {
      boolean seen = !invisible(i, computed);
      table.blocks.add(seen ? matched.get(i) : null);
      if (seen) {
        pool.hold(matched.get(i));
        left -= matched.get(i).tier == Tier.DEVICE ? 1 : 0;
      }
    }
    pool.announce();
    for (int i = 0; i < matched.size(); i++) {
      Block block = table.blocks.get(i);
      if (block != null && block.tier == Tier.HOST) {
        table.blocks.set(i, promote(block, left--));
      }
    }
    table.computed = computed;
    extend(table, reserved);
    pool.announce();
    // Found again: it may lie elsewhere now, and one that a window hides may be gone.
    Block deepest = matched.isEmpty() ? null : pool.find(prefix(sequence, matched.size() - 1));
    int lastBlock = deepest == null ? -1 : deepest.id;
    pool.tell(l -> l.opened(sequence, lastBlock, matched.size()));
    for (int i = 0; i < matched.size(); i++) {
      Block block = table.blocks.get(i);
      if (block != null) {
        pool.tell(l -> l.hit(sequence, block.id));
      }
    }
    return Reservation.GRANTED;
  }

  /// Brings a host block that the caller holds to the device; what it caches follows.
  private Block promote(Block host, int stillNeeded) {
    Block device = pool.take(Tier.DEVICE, stillNeeded);
    pool.copy(host, device);
    if (host.cached != null) {
      pool.move(host, device);
    }
    pool.drop(host);
    return device;
  }

  @Override
  public int computedTokens(int sequence) {
    return table(sequence).computed;
  }

  @Override
  public Reservation reserve(int sequence, int tokens) {
    Table table = onDevice(sequence);
    requireCount(tokens);
    int fresh = Math.max(0, blocksFor(tokens) - table.blocks.size());
    if (held(table) + fresh > context.deviceBlocks()) {
      return Reservation.NEVER;
    }
    List<Integer> unwritable = new ArrayList<>();
    if (tokens > table.computed) {
      for (int i = table.computed / blockSize(); i < table.blocks.size(); i++) {
        if (at(table, i).holders > 1 || at(table, i).cached != null) {
          unwritable.add(i);
        }
      }
    }
    if (unwritable.size() + fresh > pool.available(Tier.DEVICE)) {
      return Reservation.LATER;
    }
    int left = unwritable.size() + fresh;
    for (int i : unwritable) {
      Block shared = at(table, i);
      Block own = pool.take(Tier.DEVICE, left--);
      pool.copy(shared, own);
      table.blocks.set(i, own);
      pool.newUse();
      pool.drop(shared);
      revised(sequence);
    }
    extend(table, blocksFor(tokens));
    pool.announce();
    return Reservation.GRANTED;
  }

  @Override
  public void commit(int sequence, int tokens) {
    Table table = onDevice(sequence);
    if (tokens < table.computed || tokens > table.blocks.size() * blockSize()) {
      throw new IllegalStateException(
          "commit of sequence "
              + sequence
              + " to "
              + tokens
              + ": computed are "
              + table.computed
              + ", reserved "
              + table.blocks.size() * blockSize());
    }
    table.computed = tokens;
    share(table);
    giveUpInvisible(table);
    pool.announce();
  }

  /// Makes every full, committed block of the table whose tokens are known the cached block of its
  /// prefix.
  private void share(Table table) {
    if (!context.prefixSharing()) {
      return;
    }
    for (int i = 0; i < fullBlocks(table); i++) {
      Block own = table.blocks.get(i);
      if (own == null || own.cached != null) {
        continue;
      }
      Prefix prefix = prefix(table.view, i);
      Block cached = pool.find(prefix);
      if (cached == null) {
        Prefix parent = pool.parentOf(prefix);
        Block before = parent == null ? null : pool.find(parent);
        if (parent != null && before == null) {
          return; // a window gave the block before up and it was evicted: nobody could find this
          // one
        }
        long hash = table.view.blockHash(i);
        int depth = i;
        pool.store(own, prefix, hash);
        pool.tell(l -> l.stored(table.view, own.id, before == null ? -1 : before.id, hash, depth));
      } else if (cached.tier == Tier.DEVICE) {
        pool.hold(cached);
        table.blocks.set(i, cached);
        pool.newUse();
        pool.drop(own);
        revised(table.view.id());
        pool.announce();
      } else {
        pool.move(cached, own);
      }
    }
  }

  private void giveUpInvisible(Table table) {
    for (int i = 0; i < table.blocks.size(); i++) {
      Block block = table.blocks.get(i);
      if (block != null && invisible(i, table.computed)) {
        pool.newUse();
        pool.drop(block);
        table.blocks.set(i, null);
        revised(table.view.id());
      }
    }
  }

  @Override
  public void truncate(int sequence, int tokens) {
    Table table = onDevice(sequence);
    requireCount(tokens);
    for (int i = 0; i < Math.min(blocksFor(tokens), table.blocks.size()); i++) {
      if (table.blocks.get(i) == null && !invisible(i, tokens)) {
        throw new IllegalStateException(
            "truncate of sequence "
                + sequence
                + " to "
                + tokens
                + ": its window gave block "
                + i
                + " up");
      }
    }
    pool.newUse();
    while (table.blocks.size() > blocksFor(tokens)) {
      Block block = table.blocks.removeLast();
      if (block != null) {
        pool.drop(block);
      }
      revised(sequence);
    }
    table.computed = Math.min(table.computed, tokens);
    pool.announce();
  }

  @Override
  public void fork(SequenceView parent, SequenceView child) {
    Table from = onDevice(parent.id());
    if (tables.containsKey(child.id())) {
      throw new IllegalStateException("sequence " + child.id() + " is admitted already");
    }
    Table to = new Table(child);
    to.blocks.addAll(from.blocks);
    to.computed = from.computed;
    to.blocks.stream().filter(Objects::nonNull).forEach(pool::hold);
    tables.put(child.id(), to);
    revised(child.id());
  }

  @Override
  public Reservation swapOut(int sequence) {
    Table table = onDevice(sequence);
    if (context.hostBlocks() == 0) {
      return Reservation.NEVER;
    }
    int left = held(table);
    if (left > context.hostBlocks()) {
      return Reservation.NEVER;
    }
    if (left > pool.available(Tier.HOST)) {
      return Reservation.LATER;
    }
    pool.newUse();
    for (int i = 0; i < table.blocks.size(); i++) {
      Block device = table.blocks.get(i);
      if (device == null) {
        continue;
      }
      Block host = pool.take(Tier.HOST, left--);
      pool.copy(device, host);
      if (device.holders == 1 && device.cached != null) {
        pool.move(device, host);
      } else {
        host.content = device.cached;
      }
      pool.drop(device);
      table.blocks.set(i, host);
    }
    table.swapped = true;
    revised(sequence);
    pool.announce();
    return Reservation.GRANTED;
  }

  @Override
  public Reservation swapIn(int sequence, boolean othersRunning) {
    Table table = table(sequence);
    if (!table.swapped) {
      throw new IllegalStateException("sequence " + sequence + " is not swapped out");
    }
    Map<Integer, Block> there = new HashMap<>();
    int left = 0;
    int taken = 0;
    for (int i = 0; i < table.blocks.size(); i++) {
      if (table.blocks.get(i) == null) {
        continue;
      }
      boolean full = context.prefixSharing() && i < fullBlocks(table);
      Block cached = full ? pool.find(prefix(table.view, i)) : null;
      if (cached != null && cached.tier == Tier.DEVICE) {
        there.put(i, cached);
        taken += cached.holders == 0 ? 1 : 0;
      } else {
        left++;
      }
    }
    if (taken + left + (othersRunning ? watermark : 0) > pool.available(Tier.DEVICE)) {
      return Reservation.LATER;
    }
    there.values().forEach(pool::hold);
    pool.announce();
    for (int i = 0; i < table.blocks.size(); i++) {
      Block host = table.blocks.get(i);
      Block cached = there.get(i);
      if (host != null && cached != null) {
        table.blocks.set(i, cached);
        pool.drop(host);
      } else if (host != null) {
        table.blocks.set(i, promote(host, left--));
      }
    }
    table.swapped = false;
    revised(sequence);
    share(table);
    pool.announce();
    return Reservation.GRANTED;
  }

  @Override
  public void release(int sequence, ReleaseReason reason) {
    Table table = table(sequence);
    tables.remove(sequence);
    Block deepest = deepestCached(table);
    int last = deepest == null ? -1 : deepest.id;
    pool.newUse();
    pool.tell(l -> l.released(table.view, reason, last));
    table.blocks.stream().filter(Objects::nonNull).forEach(pool::drop);
    pool.announce();
  }

  @Override
  public int clear() {
    return pool.clear();
  }

  @Override
  public void planning() {
    pool.prefetch(watermark);
  }

  @Override
  public int tableLength(int sequence) {
    return table(sequence).blocks.size();
  }

  @Override
  public int tableRevision(int sequence) {
    table(sequence);
    return revisions.getOrDefault(sequence, 0);
  }

  @Override
  public void copyTable(int sequence, int from, int count, MemorySegment into, long byteOffset) {
    List<@Nullable Block> blocks = table(sequence).blocks;
    Objects.checkFromIndexSize(from, count, blocks.size());
    for (int i = 0; i < count; i++) {
      Block block = blocks.get(from + i);
      into.set(ValueLayout.JAVA_INT, byteOffset + 4L * i, block == null ? -1 : block.id);
    }
  }

  @Override
  public void drainCopies(BlockCopies into) {
    pool.drain(into);
  }

  @Override
  public void close() {
    tables.clear();
  }

  private static void requireCount(int tokens) {
    if (tokens < 0) {
      throw new IllegalStateException("a count of tokens is not negative: " + tokens);
    }
  }

  private static int held(Table table) {
    return (int) table.blocks.stream().filter(Objects::nonNull).count();
  }

  /// Blocks of the table that are full, computed, and whose tokens are known.
  private int fullBlocks(Table table) {
    return Math.min(table.computed, table.view.length()) / blockSize();
  }

  private @Nullable Block deepestCached(Table table) {
    for (int i = context.prefixSharing() ? fullBlocks(table) - 1 : -1; i >= 0; i--) {
      Block cached = pool.find(prefix(table.view, i));
      if (cached != null) {
        return cached;
      }
    }
    return null;
  }

  /// Whether neither `position` nor a later one sees any of block `block`.
  private boolean invisible(int block, int position) {
    return context.window() > 0
        && (block + 1) * blockSize() <= position - context.window() + 1
        && block * blockSize() >= context.sinkTokens();
  }

  /// The most blocks that a sequence of `positions` holds at once when it is computed one by one.
  private int mostAtOnce(int positions) {
    if (context.window() == 0) {
      return blocksFor(positions);
    }
    int most = 0;
    for (int position = 0; position < positions; position++) {
      int seen = 0;
      for (int block = 0; block <= position / blockSize(); block++) {
        seen += invisible(block, position) ? 0 : 1;
      }
      most = Math.max(most, seen);
    }
    return most;
  }

  private int blocksFor(int tokens) {
    return Math.ceilDiv(tokens, blockSize());
  }

  private List<Block> match(SequenceView sequence) {
    List<Block> found = new ArrayList<>();
    for (int i = 0; context.prefixSharing() && (i + 1) * blockSize() < sequence.length(); i++) {
      Block block = pool.find(prefix(sequence, i));
      if (block == null) {
        break;
      }
      found.add(block);
    }
    return found;
  }

  private Prefix prefix(SequenceView sequence, int block) {
    List<Integer> tokens = new ArrayList<>();
    for (int position = 0; position < (block + 1) * blockSize(); position++) {
      tokens.add(sequence.token(position));
    }
    return new Prefix(sequence.request().cacheScope(), tokens);
  }

  private void extend(Table table, int entries) {
    while (table.blocks.size() < entries) {
      table.blocks.add(pool.take(Tier.DEVICE, entries - table.blocks.size()));
    }
  }

  /// Revisions go on growing when an id is used again, so that an old table is never taken for the
  /// new one.
  private void revised(int sequence) {
    revisions.merge(sequence, 1, Integer::sum);
  }

  private static Block at(Table table, int entry) {
    return Objects.requireNonNull(table.blocks.get(entry), "the window gave this entry up");
  }

  private Table table(int sequence) {
    Table table = tables.get(sequence);
    if (table == null) {
      throw new IllegalStateException("sequence " + sequence + " is not admitted");
    }
    return table;
  }

  private Table onDevice(int sequence) {
    Table table = table(sequence);
    if (table.swapped) {
      throw new IllegalStateException(
          "sequence " + sequence + " is swapped out: only swapIn and release are allowed");
    }
    return table;
  }
}
