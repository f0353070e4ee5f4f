package dev.jacquard.engine.block;

import dev.jacquard.spi.request.SequenceView;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The tree of cached prefixes. A node stands for the tokens of one full block after those of its
/// parent; it keeps its number when the block that caches it moves, so parents and children never
/// lose each other. Nodes are found by the chained hash (open addressing, linear probing) and
/// verified by parent, scope and tokens: a collision costs time, never a wrong match.
final class PrefixIndex {
  private final int blockSize;
  private final int[] tokens;
  private final MemorySegment tokenBytes;
  private final int[] wanted;
  private final MemorySegment wantedBytes;
  private final long[] hash;
  private final int[] parent;
  private final int[] depth;
  private final @Nullable String[] rootScope;
  private final long[] serial;
  private final int[] firstChild;
  private final int[] nextSibling;
  private final int[] previousSibling;
  private final int[] freeNodes;
  private int freeCount;
  private final int[] slots;
  private final int shift;
  private long serials;

  PrefixIndex(int capacity, int blockSize) {
    this.blockSize = blockSize;
    tokens = new int[Math.multiplyExact(capacity, blockSize)];
    tokenBytes = MemorySegment.ofArray(tokens);
    wanted = new int[blockSize];
    wantedBytes = MemorySegment.ofArray(wanted);
    hash = new long[capacity];
    parent = new int[capacity];
    depth = new int[capacity];
    rootScope = new @Nullable String[capacity];
    serial = new long[capacity];
    firstChild = new int[capacity];
    nextSibling = new int[capacity];
    previousSibling = new int[capacity];
    freeNodes = new int[capacity];
    for (int node = capacity - 1; node >= 0; node--) {
      freeNodes[freeCount++] = node;
    }
    int bits = Math.max(2, 33 - Integer.numberOfLeadingZeros(capacity));
    slots = new int[1 << bits];
    shift = 64 - bits;
    Arrays.fill(slots, -1);
  }

  /// The node of block `block` of `view` below `parentNode` (-1: the root), -1 when it is not cached.
  int find(SequenceView view, int block, int parentNode) {
    long wantedHash = view.blockHash(block);
    boolean copied = false;
    for (int at = home(wantedHash); slots[at] >= 0; at = next(at)) {
      int node = slots[at];
      if (hash[node] != wantedHash || parent[node] != parentNode) {
        continue;
      }
      if (parentNode < 0 && !view.request().cacheScope().equals(rootScope[node])) {
        continue;
      }
      if (!copied) {
        view.copyTokens(block * blockSize, blockSize, wantedBytes, 0);
        copied = true;
      }
      int from = node * blockSize;
      if (Arrays.equals(tokens, from, from + blockSize, wanted, 0, blockSize)) {
        return node;
      }
    }
    return -1;
  }

  /// A new node; the caller has seen that [#find] has none.
  int add(SequenceView view, int block, int parentNode) {
    int node = freeNodes[--freeCount];
    hash[node] = view.blockHash(block);
    view.copyTokens(block * blockSize, blockSize, tokenBytes, 4L * node * blockSize);
    parent[node] = parentNode;
    depth[node] = block;
    serial[node] = ++serials;
    firstChild[node] = -1;
    nextSibling[node] = -1;
    previousSibling[node] = -1;
    if (parentNode < 0) {
      rootScope[node] = view.request().cacheScope();
    } else {
      int sibling = firstChild[parentNode];
      nextSibling[node] = sibling;
      if (sibling >= 0) {
        previousSibling[sibling] = node;
      }
      firstChild[parentNode] = node;
    }
    int at = home(hash[node]);
    while (slots[at] >= 0) {
      at = next(at);
    }
    slots[at] = node;
    return node;
  }

  /// Forgets a node without children; its number is used again, its serial is not.
  void remove(int node) {
    unslot(node);
    int before = previousSibling[node];
    int after = nextSibling[node];
    if (before >= 0) {
      nextSibling[before] = after;
    } else if (parent[node] >= 0) {
      firstChild[parent[node]] = after;
    }
    if (after >= 0) {
      previousSibling[after] = before;
    }
    rootScope[node] = null;
    serial[node] = 0;
    freeNodes[freeCount++] = node;
  }

  /// Names what a node stands for once and for all, 0 when it stands for nothing.
  long serial(int node) {
    return serial[node];
  }

  long hash(int node) {
    return hash[node];
  }

  int parent(int node) {
    return parent[node];
  }

  int depth(int node) {
    return depth[node];
  }

  int firstChild(int node) {
    return firstChild[node];
  }

  int size() {
    return freeNodes.length - freeCount;
  }

  private int home(long value) {
    return (int) ((value * 0x9E3779B97F4A7C15L) >>> shift);
  }

  private int next(int at) {
    return (at + 1) & (slots.length - 1);
  }

  /// Linear probing without tombstones: what follows the hole moves up unless that would take it
  /// before its home.
  private void unslot(int node) {
    int hole = home(hash[node]);
    while (slots[hole] != node) {
      hole = next(hole);
    }
    for (int at = next(hole); slots[at] >= 0; at = next(at)) {
      int distance = (at - home(hash[slots[at]])) & (slots.length - 1);
      if (distance >= ((at - hole) & (slots.length - 1))) {
        slots[hole] = slots[at];
        hole = at;
      }
    }
    slots[hole] = -1;
  }
}
