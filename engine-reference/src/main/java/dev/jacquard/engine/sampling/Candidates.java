package dev.jacquard.engine.sampling;

/// A binary max-heap over token ids by logit, ties to the lower id: built in linear time, popped only as far as somebody reads. Scratch of one sampler; allocates nothing after creation.
final class Candidates {
  private final int[] ids;
  private float[] logits = new float[0];
  private int size;

  Candidates(int vocabulary) {
    ids = new int[vocabulary];
  }

  /// Takes all ids in `[0, count)` whose logit is at least `least`.
  void fill(float[] logits, int count, float least) {
    this.logits = logits;
    size = 0;
    for (int id = 0; id < count; id++) {
      if (logits[id] >= least) {
        ids[size++] = id;
      }
    }
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  int size() {
    return size;
  }

  /// Removes and returns the best id.
  int pop() {
    int best = ids[0];
    ids[0] = ids[--size];
    sink(0);
    return best;
  }

  private void sink(int from) {
    int i = from;
    while (true) {
      int left = 2 * i + 1;
      if (left >= size) {
        return;
      }
      int child = left + 1 < size && before(ids[left + 1], ids[left]) ? left + 1 : left;
      if (!before(ids[child], ids[i])) {
        return;
      }
      int swapped = ids[i];
      ids[i] = ids[child];
      ids[child] = swapped;
      i = child;
    }
  }

  private boolean before(int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  }
}
