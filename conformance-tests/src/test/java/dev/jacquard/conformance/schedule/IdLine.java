package dev.jacquard.conformance.schedule;

/// Ids in a line: all operations in constant time, nothing allocated.
final class IdLine {
  private final int[] next;
  private final int[] before;
  private final int end;
  private int size;

  /// An empty line of ids below `ids`.
  IdLine(int ids) {
    next = new int[ids + 1];
    before = new int[ids + 1];
    end = ids;
    next[end] = end;
    before[end] = end;
  }

  int size() {
    return size;
  }

  /// The first id, or -1.
  int first() {
    return next[end] == end ? -1 : next[end];
  }

  /// The last id, or -1.
  int last() {
    return before[end] == end ? -1 : before[end];
  }

  /// The id after `id`, or -1.
  int after(int id) {
    return next[id] == end ? -1 : next[id];
  }

  void addLast(int id) {
    insert(before[end], id);
  }

  void addFirst(int id) {
    insert(end, id);
  }

  private void insert(int after, int id) {
    next[id] = next[after];
    before[id] = after;
    before[next[after]] = id;
    next[after] = id;
    size++;
  }

  void remove(int id) {
    next[before[id]] = next[id];
    before[next[id]] = before[id];
    size--;
  }
}
