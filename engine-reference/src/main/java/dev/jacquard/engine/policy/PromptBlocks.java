package dev.jacquard.engine.policy;

import java.util.Arrays;

/// The blocks of waiting prompts by hash: whether they are cached, how many running sequences will
/// store them, and the places ("cells") where they stand in the tree of prompts. One cell a hash,
/// unless hashes collide. Hashes are remembered while they are cached, produced or placed.
final class PromptBlocks {
  /// No hash, no cell.
  static final int NONE = -1;

  private final HashIndex index = new HashIndex();
  // by number of a hash
  private int[] cached = new int[0];
  private int[] producers = new int[0];
  private int[] head = new int[0];
  // by cell
  private int[] number = new int[0];
  private int[] node = new int[0];
  private int[] depth = new int[0];
  private int[] following = new int[0];
  private int[] next = new int[0];
  private int[] previous = new int[0];
  private int freeCells = NONE;

  /// The number of `hash`, which is remembered from now on; [#forget] it if nothing comes of it.
  int number(long hash) {
    int known = index.add(hash);
    if (index.capacity() > head.length) {
      int from = head.length;
      cached = Arrays.copyOf(cached, index.capacity());
      producers = Arrays.copyOf(producers, index.capacity());
      head = Arrays.copyOf(head, index.capacity());
      Arrays.fill(head, from, head.length, NONE);
    }
    return known;
  }

  /// Forgets a hash that is neither cached nor produced nor placed.
  void forget(int hashNumber) {
    if (cached[hashNumber] == 0 && producers[hashNumber] == 0 && head[hashNumber] == NONE) {
      index.remove(hashNumber);
    }
  }

  /// One more block of `hash` is cached; the number of the hash if it is the first, else -1.
  int stored(long hash) {
    int known = number(hash);
    return cached[known]++ == 0 ? known : NONE;
  }

  /// One block of `hash` is gone; the number of the hash if it was the last, else -1. The caller
  /// forgets it when it has told everybody.
  int removed(long hash) {
    int known = index.find(hash);
    return known == NONE || cached[known] == 0 || --cached[known] > 0 ? NONE : known;
  }

  /// Adds a producer; whether it is the first.
  boolean produced(int hashNumber) {
    return producers[hashNumber]++ == 0;
  }

  /// Takes a producer away; whether it was the last.
  boolean produces(int hashNumber) {
    return --producers[hashNumber] == 0;
  }

  boolean isCached(int cell) {
    return cached[number[cell]] > 0;
  }

  boolean isProduced(int cell) {
    return producers[number[cell]] > 0;
  }

  /// Places a hash in `inNode` with `before` blocks above it.
  int place(int hashNumber, int inNode, int before) {
    if (freeCells == NONE) {
      grow();
    }
    int cell = freeCells;
    freeCells = next[cell];
    number[cell] = hashNumber;
    node[cell] = inNode;
    depth[cell] = before;
    following[cell] = NONE;
    previous[cell] = NONE;
    next[cell] = head[hashNumber];
    if (head[hashNumber] != NONE) {
      previous[head[hashNumber]] = cell;
    }
    head[hashNumber] = cell;
    return cell;
  }

  /// Takes the run that begins with `first` out of the tree.
  void unplace(int first) {
    for (int cell = first; cell != NONE; ) {
      int after = following[cell];
      int hashNumber = number[cell];
      if (previous[cell] == NONE) {
        head[hashNumber] = next[cell];
      } else {
        next[previous[cell]] = next[cell];
      }
      if (next[cell] != NONE) {
        previous[next[cell]] = previous[cell];
      }
      next[cell] = freeCells;
      freeCells = cell;
      forget(hashNumber);
      cell = after;
    }
  }

  /// The first cell of a hash, or -1.
  int cells(int hashNumber) {
    return head[hashNumber];
  }

  /// The next cell of the same hash, or -1.
  int nextCell(int cell) {
    return next[cell];
  }

  int numberOf(int cell) {
    return number[cell];
  }

  int node(int cell) {
    return node[cell];
  }

  void move(int cell, int toNode) {
    node[cell] = toNode;
  }

  /// Blocks above it.
  int depth(int cell) {
    return depth[cell];
  }

  /// The cell below it in the same node, or -1.
  int following(int cell) {
    return following[cell];
  }

  /// Makes `below` follow `cell`, -1 to end a run there.
  void follow(int cell, int below) {
    following[cell] = below;
  }

  /// The first cell from `cell` on in its run that is not cached, or -1.
  int missing(int cell) {
    int at = cell;
    while (at != NONE && isCached(at)) {
      at = following[at];
    }
    return at;
  }

  /// Hashes remembered.
  int size() {
    return index.size();
  }

  private void grow() {
    int from = number.length;
    int length = Math.max(256, from * 2);
    number = Arrays.copyOf(number, length);
    node = Arrays.copyOf(node, length);
    depth = Arrays.copyOf(depth, length);
    following = Arrays.copyOf(following, length);
    next = Arrays.copyOf(next, length);
    previous = Arrays.copyOf(previous, length);
    for (int cell = length - 1; cell >= from; cell--) {
      next[cell] = freeCells;
      freeCells = cell;
    }
  }
}
