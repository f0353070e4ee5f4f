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
    watermark = (int) (context.watermark() * context.deviceBlocks());
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
    if (blocksFor(sequence.maxLength()) > context.deviceBlocks()) {
      return Reservation.NEVER;
    }
    List<Block> matched = match(sequence);
    int reserved = Math.max(blocksFor(tokens), matched.size());
    int whole = Math.max(blocksFor(sequence.length()), reserved);
    int taken = 0;
    int onDevice = 0;
    for (Block block : matched) {
      onDevice += block.tier == Tier.DEVICE ? 1 : 0;
      taken += block.tier == Tier.DEVICE && block.holders == 0 ? 1 : 0;
    }
    if (pool.obtainable(Tier.DEVICE) - taken < reserved - onDevice
        || (othersRunning
            && pool.available(Tier.DEVICE) - taken - (whole - onDevice) < watermark)) {
      return Reservation.LATER;
    }
    matched.forEach(pool::hold);
    pool.announce();
    Table table = new Table(sequence);
    tables.put(sequence.id(), table);
    revised(sequence.id());
    int left = reserved - onDevice;
    for (Block block : matched) {
      table.blocks.add(block.tier == Tier.DEVICE ? block : promote(block, left--));
    }
    table.computed = matched.size() * blockSize();
    extend(table, reserved);
    pool.announce();
    int last = matched.isEmpty() ? -1 : at(table, matched.size() - 1).id;
    pool.tell(l -> l.opened(sequence, last, matched.size()));
    for (int i = 0; i < matched.size(); i++) {
      int block = at(table, i).id;
      pool.tell(l -> l.hit(sequence, block));
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
    if (blocksFor(tokens) > context.deviceBlocks()) {
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
    int fresh = Math.max(0, blocksFor(tokens) - table.blocks.size());
    if (unwritable.size() + fresh > pool.obtainable(Tier.DEVICE)) {
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
    if (tokens > table.view.length()) {
      throw new IllegalStateException(
          "commit of sequence " + sequence + " to " + tokens + ": known " + table.view.length());
    }
    table.computed = tokens;
    share(table);
    giveUpInvisible(table);
    pool.announce();
  }

  /// Makes every full, committed block of the table the cached block of its prefix.
  private void share(Table table) {
    if (!context.prefixSharing()) {
      return;
    }
    for (int i = 0; i < table.computed / blockSize(); i++) {
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
    if (context.window() == 0) {
      return;
    }
    int firstVisible = table.computed - context.window() + 1;
    for (int i = 0; (i + 1) * blockSize() <= firstVisible; i++) {
      Block block = table.blocks.get(i);
      if (block != null && i * blockSize() >= context.sinkTokens()) {
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
    if (tokens < 0 || tokens > table.blocks.size() * blockSize()) {
      throw new IllegalStateException(
          "truncate of sequence " + sequence + " to " + tokens + " beyond its reservation");
    }
    int firstVisible = tokens - context.window() + 1;
    for (int i = 0; context.window() > 0 && i < blocksFor(tokens); i++) {
      if (table.blocks.get(i) == null && (i + 1) * blockSize() > firstVisible) {
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
    int left = (int) table.blocks.stream().filter(Objects::nonNull).count();
    if (left > pool.obtainable(Tier.HOST)) {
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
      boolean full = context.prefixSharing() && (i + 1) * blockSize() <= table.computed;
      Block cached = full ? pool.find(prefix(table.view, i)) : null;
      if (cached != null && cached.tier == Tier.DEVICE) {
        there.put(i, cached);
        taken += cached.holders == 0 ? 1 : 0;
      } else {
        left++;
      }
    }
    if (pool.obtainable(Tier.DEVICE) - taken < left
        || (othersRunning && pool.available(Tier.DEVICE) - taken - left < watermark)) {
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
    int last = -1;
    pool.newUse();
    for (Block block : table.blocks) {
      if (block != null) {
        last = block.cached != null ? block.id : last;
        pool.drop(block);
      }
    }
    int deepest = last;
    pool.tell(l -> l.released(table.view, reason, deepest));
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
