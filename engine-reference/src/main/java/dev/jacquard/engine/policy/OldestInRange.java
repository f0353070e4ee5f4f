package dev.jacquard.engine.policy;

import java.util.Arrays;

/// Many sets of sequences, each ordered by a major and a minor number, that answer *the first in
/// rank whose minor number lies in a range* in O(log n). First in rank is the smaller key, then the
/// older by [Ranks], whose own key does not count.
///
/// Treaps in columns, shared copy on write: [#share] is O(1), and a change copies only the nodes on
/// its way that another set still has. A set is the number of its root, [#EMPTY] at first; every
/// change answers the new root, and a set is given up by emptying it. Nodes are recycled, nothing
/// is allocated once there were as many as there will be. Engine thread.
final class OldestInRange {
  /// The empty set, and "no entry".
  static final int EMPTY = -1;

  private final Ranks ranks;
  private double[] major = new double[0];
  private int[] minor = new int[0];
  private int[] sequence = new int[0];
  private int[] key = new int[0];
  private int[] left = new int[0];
  private int[] right = new int[0];
  private int[] best = new int[0];
  private int[] references = new int[0];
  private int free = EMPTY;
  private int low;
  private int high;
  private long comparisons;

  OldestInRange(Ranks ranks) {
    this.ranks = ranks;
  }

  /// `set` with one entry more; `id` is in it at most once for these numbers.
  int add(int set, double majorNumber, int minorNumber, int id, int itsKey) {
    int entry = allocate();
    major[entry] = majorNumber;
    minor[entry] = minorNumber;
    sequence[entry] = id;
    key[entry] = itsKey;
    best[entry] = entry;
    return insert(set, entry);
  }

  /// `set` without the entry of `id` at these numbers, which it has.
  int remove(int set, double majorNumber, int minorNumber, int id) {
    if (set == EMPTY) {
      throw new IllegalStateException("sequence " + id + " is not in the set");
    }
    int tree = own(set);
    int order = compare(tree, majorNumber, minorNumber, id);
    if (order == 0) {
      int rest = merge(left[tree], right[tree]);
      references[tree] = 0;
      best[tree] = free;
      free = tree;
      return rest;
    }
    if (order > 0) {
      int rest = remove(left[tree], majorNumber, minorNumber, id);
      left[tree] = rest;
    } else {
      int rest = remove(right[tree], majorNumber, minorNumber, id);
      right[tree] = rest;
    }
    summarise(tree);
    return tree;
  }

  /// The same set once more.
  int share(int set) {
    if (set != EMPTY) {
      references[set]++;
    }
    return set;
  }

  /// The first entry in order at or after these numbers, or [#EMPTY].
  int from(int set, double majorNumber, int minorNumber) {
    int found = EMPTY;
    for (int tree = set; tree != EMPTY; ) {
      if (below(tree, majorNumber, minorNumber)) {
        tree = right[tree];
      } else {
        found = tree;
        tree = left[tree];
      }
    }
    return found;
  }

  /// The first entry in rank of one major number with a minor number in `[from, to)`, or [#EMPTY].
  int oldest(int set, double majorNumber, int from, int to) {
    int tree = set;
    while (tree != EMPTY) {
      if (below(tree, majorNumber, from)) {
        tree = right[tree];
      } else if (!below(tree, majorNumber, to)) {
        tree = left[tree];
      } else {
        break;
      }
    }
    if (tree == EMPTY) {
      return EMPTY;
    }
    int oldest = tree;
    for (int at = left[tree]; at != EMPTY; ) {
      if (below(at, majorNumber, from)) {
        at = right[at];
      } else {
        oldest = first(first(oldest, at), summary(right[at]));
        at = left[at];
      }
    }
    for (int at = right[tree]; at != EMPTY; ) {
      if (below(at, majorNumber, to)) {
        oldest = first(first(oldest, at), summary(left[at]));
        at = right[at];
      } else {
        at = left[at];
      }
    }
    return oldest;
  }

  double major(int entry) {
    return major[entry];
  }

  int minor(int entry) {
    return minor[entry];
  }

  int sequence(int entry) {
    return sequence[entry];
  }

  int key(int entry) {
    return key[entry];
  }

  /// Comparisons made so far.
  long comparisons() {
    return comparisons;
  }

  /// Entries of all sets, those that are shared counted once.
  int size() {
    int used = 0;
    for (int count : references) {
      used += count > 0 ? 1 : 0;
    }
    return used;
  }

  private int insert(int set, int entry) {
    if (set == EMPTY) {
      return entry;
    }
    if (priority(sequence[entry]) > priority(sequence[set])) {
      split(set, entry);
      left[entry] = low;
      right[entry] = high;
      summarise(entry);
      return entry;
    }
    int tree = own(set);
    if (compare(tree, major[entry], minor[entry], sequence[entry]) > 0) {
      int grown = insert(left[tree], entry);
      left[tree] = grown;
      best[tree] = first(best[grown], best[tree]); // of equals the one in this set
    } else {
      int grown = insert(right[tree], entry);
      right[tree] = grown;
      best[tree] = first(best[grown], best[tree]);
    }
    return tree;
  }

  /// Parts `set` into what lies before `entry`, [#low], and behind it, [#high].
  private void split(int set, int entry) {
    if (set == EMPTY) {
      low = EMPTY;
      high = EMPTY;
      return;
    }
    int tree = own(set);
    if (compare(tree, major[entry], minor[entry], sequence[entry]) < 0) {
      split(right[tree], entry);
      right[tree] = low;
      low = tree;
    } else {
      split(left[tree], entry);
      left[tree] = high;
      high = tree;
    }
    summarise(tree);
  }

  private int merge(int before, int behind) {
    if (before == EMPTY || behind == EMPTY) {
      return before == EMPTY ? behind : before;
    }
    if (priority(sequence[before]) > priority(sequence[behind])) {
      int tree = own(before);
      int merged = merge(right[tree], behind);
      right[tree] = merged;
      summarise(tree);
      return tree;
    }
    int tree = own(behind);
    int merged = merge(before, left[tree]);
    left[tree] = merged;
    summarise(tree);
    return tree;
  }

  /// `tree` if only one set has it, else a copy for the asking set.
  private int own(int tree) {
    if (references[tree] == 1) {
      return tree;
    }
    int copy = allocate();
    references[tree]--;
    major[copy] = major[tree];
    minor[copy] = minor[tree];
    sequence[copy] = sequence[tree];
    key[copy] = key[tree];
    left[copy] = share(left[tree]);
    right[copy] = share(right[tree]);
    summarise(copy);
    return copy;
  }

  private void summarise(int tree) {
    best[tree] = first(first(tree, summary(left[tree])), summary(right[tree]));
  }

  private int summary(int tree) {
    return tree == EMPTY ? EMPTY : best[tree];
  }

  private int first(int a, int b) {
    if (a == EMPTY || b == EMPTY) {
      return a == EMPTY ? b : a;
    }
    comparisons++;
    if (key[a] != key[b]) {
      return key[a] < key[b] ? a : b;
    }
    return ranks.older(sequence[b], sequence[a]) ? b : a;
  }

  private boolean below(int entry, double majorNumber, int minorNumber) {
    comparisons++;
    return major[entry] < majorNumber
        || (major[entry] == majorNumber && minor[entry] < minorNumber);
  }

  private int compare(int entry, double majorNumber, int minorNumber, int id) {
    comparisons++;
    if (major[entry] != majorNumber) {
      return Double.compare(major[entry], majorNumber);
    }
    return minor[entry] != minorNumber
        ? Integer.compare(minor[entry], minorNumber)
        : Integer.compare(sequence[entry], id);
  }

  /// Looks random and differs for all ids, so that a set's shape follows from its entries.
  private static int priority(int id) {
    int mixed = (id ^ (id >>> 16)) * 0x7feb352d;
    mixed = (mixed ^ (mixed >>> 15)) * 0x846ca68b;
    return mixed ^ (mixed >>> 16);
  }

  private int allocate() {
    if (free == EMPTY) {
      grow();
    }
    int entry = free;
    free = best[entry];
    left[entry] = EMPTY;
    right[entry] = EMPTY;
    references[entry] = 1;
    return entry;
  }

  private void grow() {
    int from = major.length;
    int length = Math.max(256, from * 2);
    major = Arrays.copyOf(major, length);
    minor = Arrays.copyOf(minor, length);
    sequence = Arrays.copyOf(sequence, length);
    key = Arrays.copyOf(key, length);
    left = Arrays.copyOf(left, length);
    right = Arrays.copyOf(right, length);
    best = Arrays.copyOf(best, length);
    references = Arrays.copyOf(references, length);
    for (int entry = length - 1; entry >= from; entry--) {
      best[entry] = free;
      free = entry;
    }
  }
}
