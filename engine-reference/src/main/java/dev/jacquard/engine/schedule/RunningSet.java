package dev.jacquard.engine.schedule;

/// The running sequences in the order they were admitted. Removal moves the later ones up; there are at most a few hundred.
final class RunningSet {
  private final int[] sequences;
  private int size;

  RunningSet(int capacity) {
    sequences = new int[capacity];
  }

  int size() {
    return size;
  }

  boolean full() {
    return size == sequences.length;
  }

  int get(int index) {
    return sequences[index];
  }

  void add(int sequence) {
    sequences[size++] = sequence;
  }

  void remove(int sequence) {
    for (int i = 0; i < size; i++) {
      if (sequences[i] == sequence) {
        System.arraycopy(sequences, i + 1, sequences, i, size - i - 1);
        size--;
        return;
      }
    }
  }
}
