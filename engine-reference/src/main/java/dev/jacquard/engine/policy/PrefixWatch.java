package dev.jacquard.engine.policy;

import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;

/// How many leading blocks of each watched sequence are cached now, kept exact by the events of the
/// cache instead of by look-ups.
///
/// Every block that a watched sequence could match is linked into the list of its hash. `stored`
/// and `removed` visit that list alone: the sequences that contain the block, which is O(affected),
/// never O(waiting). Watching and leaving cost O(blocks of the sequence). Hashes are taken at their
/// word: a collision costs a wrong estimate, never a wrong token.
///
/// A watched sequence may turn into a *producer*: it runs and will store the blocks it lacked, so
/// that others with the same prefix do better to wait for it.
final class PrefixWatch {
  /// Hears that a watched sequence has another number of cached blocks, or lost or gained a
  /// producer of its next one.
  @FunctionalInterface
  interface Listener {
    void changed(int sequence);
  }

  private static final int NONE = -1;

  private final int blockSize;
  private final Listener listener;
  private final HashIndex index = new HashIndex();
  // by number of a hash
  private int[] cached = new int[0];
  private int[] producers = new int[0];
  private int[] head = new int[0];
  // by link: one for each block of each watched sequence
  private int[] owner = new int[0];
  private int[] number = new int[0];
  private int[] position = new int[0];
  private int[] next = new int[0];
  private int[] previous = new int[0];
  private int[] following = new int[0];
  private int freeLinks = NONE;
  // by sequence
  private int[] firstLink = new int[0];
  private int[] missing = new int[0];
  private int[] matched = new int[0];
  private int[] producing = new int[0];
  private boolean[] watched = new boolean[0];

  PrefixWatch(int blockSize, Listener listener) {
    this.blockSize = blockSize;
    this.listener = listener;
  }

  /// Watches `sequence` with the tokens it has now; the listener is not called.
  void watch(SequenceView sequence) {
    int id = sequence.id();
    leave(id);
    int last = NONE;
    for (int block = 0; (block + 1) * blockSize < sequence.length(); block++) {
      int link = link(id, hash(sequence.blockHash(block)), block);
      if (last == NONE) {
        firstLink[id] = link;
      } else {
        following[last] = link;
      }
      last = link;
    }
    watched[id] = true;
    missing[id] = firstLink[id];
    advance(id);
  }

  /// Leading blocks cached now.
  int matched(int sequence) {
    return matched[sequence];
  }

  /// Whether a running sequence will store the next block that this one lacks.
  boolean held(int sequence) {
    return missing[sequence] != NONE && producers[number[missing[sequence]]] > 0;
  }

  /// `sequence` runs: it is watched no more, and produces the blocks it lacks.
  void produce(int sequence) {
    watched[sequence] = false;
    int from = missing[sequence];
    producing[sequence] = from;
    for (int link = from; link != NONE; link = following[link]) {
      producers[number[link]]++;
    }
    for (int link = from; link != NONE; link = following[link]) {
      tellWaitingFor(link);
    }
  }

  /// Forgets `sequence`, whether it waited or produced: nothing of it is cached, nobody produces
  /// for it.
  void leave(int sequence) {
    if (sequence >= firstLink.length) {
      growSequences(sequence);
    }
    matched[sequence] = 0;
    int produced = producing[sequence];
    producing[sequence] = NONE;
    watched[sequence] = false;
    for (int link = produced; link != NONE; link = following[link]) {
      producers[number[link]]--;
    }
    for (int link = produced; link != NONE; link = following[link]) {
      tellWaitingFor(link);
    }
    for (int link = firstLink[sequence]; link != NONE; ) {
      int after = following[link];
      unlink(link);
      link = after;
    }
    firstLink[sequence] = NONE;
    missing[sequence] = NONE;
  }

  /// A block of `hash` is cached.
  void stored(long hash) {
    int entry = hash(hash);
    if (cached[entry]++ == 0) {
      for (int link = head[entry]; link != NONE; link = next[link]) {
        int id = owner[link];
        if (watched[id] && missing[id] == link) {
          advance(id);
          listener.changed(id);
        }
      }
    }
  }

  /// A block of `hash` is no longer cached.
  void removed(long hash) {
    int entry = index.find(hash);
    if (entry == NONE || cached[entry] == 0 || --cached[entry] > 0) {
      return;
    }
    for (int link = head[entry]; link != NONE; link = next[link]) {
      int id = owner[link];
      if (watched[id] && position[link] < matched[id]) {
        matched[id] = position[link];
        missing[id] = link;
        listener.changed(id);
      }
    }
    forgetIfUnused(entry);
  }

  /// Hashes known: those cached and those of watched sequences.
  int size() {
    return index.size();
  }

  private void advance(int id) {
    int link = missing[id];
    while (link != NONE && cached[number[link]] > 0) {
      matched[id]++;
      link = following[link];
    }
    missing[id] = link;
  }

  private void tellWaitingFor(int produced) {
    for (int link = head[number[produced]]; link != NONE; link = next[link]) {
      if (watched[owner[link]] && missing[owner[link]] == link) {
        listener.changed(owner[link]);
      }
    }
  }

  private int hash(long hash) {
    int entry = index.add(hash);
    if (index.capacity() > head.length) {
      int from = head.length;
      cached = Arrays.copyOf(cached, index.capacity());
      producers = Arrays.copyOf(producers, index.capacity());
      head = Arrays.copyOf(head, index.capacity());
      Arrays.fill(head, from, head.length, NONE);
    }
    return entry;
  }

  private void forgetIfUnused(int entry) {
    if (cached[entry] == 0 && head[entry] == NONE) {
      index.remove(entry);
    }
  }

  private int link(int id, int entry, int block) {
    if (freeLinks == NONE) {
      growLinks();
    }
    int link = freeLinks;
    freeLinks = next[link];
    owner[link] = id;
    number[link] = entry;
    position[link] = block;
    following[link] = NONE;
    previous[link] = NONE;
    next[link] = head[entry];
    if (head[entry] != NONE) {
      previous[head[entry]] = link;
    }
    head[entry] = link;
    return link;
  }

  private void unlink(int link) {
    int entry = number[link];
    if (previous[link] == NONE) {
      head[entry] = next[link];
    } else {
      next[previous[link]] = next[link];
    }
    if (next[link] != NONE) {
      previous[next[link]] = previous[link];
    }
    next[link] = freeLinks;
    freeLinks = link;
    forgetIfUnused(entry);
  }

  private void growLinks() {
    int from = owner.length;
    int length = Math.max(256, from * 2);
    owner = Arrays.copyOf(owner, length);
    number = Arrays.copyOf(number, length);
    position = Arrays.copyOf(position, length);
    next = Arrays.copyOf(next, length);
    previous = Arrays.copyOf(previous, length);
    following = Arrays.copyOf(following, length);
    for (int link = length - 1; link >= from; link--) {
      next[link] = freeLinks;
      freeLinks = link;
    }
  }

  private void growSequences(int id) {
    int from = matched.length;
    int length = Math.max(id + 1, Math.max(64, from * 2));
    matched = Arrays.copyOf(matched, length);
    watched = Arrays.copyOf(watched, length);
    firstLink = Arrays.copyOf(firstLink, length);
    missing = Arrays.copyOf(missing, length);
    producing = Arrays.copyOf(producing, length);
    Arrays.fill(firstLink, from, length, NONE);
    Arrays.fill(missing, from, length, NONE);
    Arrays.fill(producing, from, length, NONE);
  }
}
