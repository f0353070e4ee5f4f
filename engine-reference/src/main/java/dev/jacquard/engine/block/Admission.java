package dev.jacquard.engine.block;

import dev.jacquard.engine.block.SequenceTables.Table;
import dev.jacquard.spi.block.Reservation;
import dev.jacquard.spi.block.Tier;
import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;

/// Finds the cached prefix of a sequence and takes it in. All that can fail is counted before
/// anything is held; from then on nothing can fail.
final class Admission {
  private final BlockPool pool;
  private final CachedBlocks cache;
  private final CacheEvents events;
  private final Window window;
  private final boolean sharing;
  private int[] matched = new int[64];

  Admission(
      BlockPool pool, CachedBlocks cache, CacheEvents events, Window window, boolean sharing) {
    this.pool = pool;
    this.cache = cache;
    this.events = events;
    this.window = window;
    this.sharing = sharing;
  }

  /// Blocks of the cached prefix, strictly below `length()`: the last token is always computed. Their
  /// nodes are in `matched` then, which grows only once for each depth.
  int match(SequenceView sequence) {
    int limit = sharing ? (sequence.length() - 1) / window.blockSize() : 0;
    int node = -1;
    for (int block = 0; block < limit; block++) {
      node = cache.index().find(sequence, block, node);
      if (node < 0) {
        return block;
      }
      if (block == matched.length) {
        matched = Arrays.copyOf(matched, block * 2);
      }
      matched[block] = node;
    }
    return limit;
  }

  /// @param watermark blocks that must stay available
  Reservation admit(Table table, SequenceView sequence, int tokens, int watermark) {
    int total = pool.total(Tier.DEVICE);
    if (window.atMost(sequence.maxLength()) > total || window.mustHold(0, tokens) > total) {
      return Reservation.NEVER;
    }
    int count = match(sequence);
    int skipFrom = Math.min(count, window.sinkBlocks());
    int skipTo = Math.max(skipFrom, Math.min(count, window.firstSeen(count * window.blockSize())));
    int onDevice = 0;
    int idle = 0;
    for (int i = 0; i < count; i++) {
      if (i >= skipFrom && i < skipTo) {
        continue;
      }
      int block = cache.primary(matched[i]);
      if (pool.tier(block) == Tier.DEVICE) {
        onDevice++;
        idle += pool.references(block) == 0 ? 1 : 0;
      }
    }
    int skipped = skipTo - skipFrom;
    int reserved = Math.max(window.blocks(tokens), count);
    int whole = window.blocks(sequence.length()) - skipped;
    if (window.tokens() > 0) {
      whole = Math.min(whole, window.atMost(sequence.length()));
    }
    int needed = Math.max(whole, reserved - skipped) - onDevice;
    if (needed > pool.available(Tier.DEVICE) - idle - watermark) {
      return Reservation.LATER;
    }
    take(table, sequence, count, skipFrom, skipTo, reserved);
    announce(table, sequence, count);
    return Reservation.GRANTED;
  }

  private void take(
      Table table, SequenceView sequence, int count, int skipFrom, int skipTo, int reserved) {
    table.view = sequence;
    table.revision++;
    table.ensure(Math.max(reserved, window.blocks(sequence.maxLength())));
    table.computed = count * window.blockSize();
    table.givenUp = skipTo;
    if (count > 0) {
      table.chain(count, matched[count - 1], cache.index().serial(matched[count - 1]));
    }
    int fresh = reserved - count;
    for (int i = 0; i < count; i++) {
      int block = i >= skipFrom && i < skipTo ? -1 : cache.primary(matched[i]);
      table.append(block);
      if (block >= 0) {
        cache.hold(block);
        fresh += pool.tier(block) == Tier.HOST ? 1 : 0;
      }
    }
    for (int i = 0; i < count; i++) {
      int block = table.blocks[i];
      if (block >= 0 && pool.tier(block) == Tier.HOST) {
        table.blocks[i] = cache.copyTo(Tier.DEVICE, block, fresh--, cache.nextUse());
      }
    }
    while (table.length < reserved) {
      table.append(cache.take(Tier.DEVICE, fresh--));
    }
  }

  private void announce(Table table, SequenceView sequence, int count) {
    events.opened(sequence, count == 0 ? -1 : table.blocks[count - 1], count);
    for (int i = 0; i < count; i++) {
      if (table.blocks[i] >= 0) {
        events.hit(sequence, table.blocks[i]);
      }
    }
  }
}
