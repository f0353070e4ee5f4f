package dev.jacquard.spi.block;

import java.util.Arrays;

/// An ordered list of block copies, column-wise: copy `i` takes the whole block `source(i)` to `target(i)`, after copy `i - 1`. Ids tell the tier
/// ([Tier]). Owned by the engine, which clears it once the backend has taken the copies; grows when it must and then stays.
public final class BlockCopies {
  private int[] sources = new int[64];
  private int[] targets = new int[64];
  private int size;

  /// An empty list.
  public BlockCopies() {}

  /// Appends a copy.
  public void add(int source, int target) {
    if (size == sources.length) {
      sources = Arrays.copyOf(sources, size * 2);
      targets = Arrays.copyOf(targets, size * 2);
    }
    sources[size] = source;
    targets[size++] = target;
  }

  /// Number of copies.
  public int size() {
    return size;
  }

  /// Block that copy `index` reads.
  public int source(int index) {
    return sources[checked(index)];
  }

  /// Block that copy `index` writes.
  public int target(int index) {
    return targets[checked(index)];
  }

  /// Forgets all copies.
  public void clear() {
    size = 0;
  }

  private int checked(int index) {
    return java.util.Objects.checkIndex(index, size);
  }
}
