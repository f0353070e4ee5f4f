package dev.jacquard.engine.block;

import dev.jacquard.spi.request.SequenceView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The admitted sequences, by id: which block holds which positions, how far it is computed and how
/// far its prefix is cached. A slot's arrays stay for the next sequence of the same id.
final class SequenceTables {
  /// One slot.
  static final class Table {
    final int id;
    @Nullable SequenceView view;
    int[] blocks = new int[0];
    int length;
    int computed;
    int revision;
    boolean swapped;

    /// Entries `[sink entries, givenUp)` were given up by the window.
    int givenUp;

    /// The first `chained` blocks are in the index, `chainNode` (serial `chainSerial`) is the last.
    int chained;

    int chainNode = -1;
    long chainSerial;

    Table(int id) {
      this.id = id;
    }

    SequenceView sequence() {
      SequenceView current = view;
      if (current == null) {
        throw new IllegalStateException("sequence " + id + " is not admitted");
      }
      return current;
    }

    /// Entries the window did not give up.
    int held() {
      int held = 0;
      for (int entry = 0; entry < length; entry++) {
        held += blocks[entry] >= 0 ? 1 : 0;
      }
      return held;
    }

    void ensure(int entries) {
      if (blocks.length < entries) {
        blocks = Arrays.copyOf(blocks, entries);
      }
    }

    void append(int block) {
      blocks[length++] = block;
    }

    void chain(int blocksChained, int node, long serial) {
      chained = blocksChained;
      chainNode = node;
      chainSerial = serial;
    }

    void reset() {
      view = null;
      length = 0;
      computed = 0;
      swapped = false;
      givenUp = 0;
      chain(0, -1, 0);
    }
  }

  private final @Nullable Table[] tables;

  SequenceTables(int maxSequences) {
    tables = new @Nullable Table[maxSequences];
  }

  /// The slot for a sequence that is to be admitted; unchanged but for its being there.
  Table vacant(SequenceView view) {
    int id = view.id();
    if (id < 0 || id >= tables.length) {
      throw new IllegalStateException(
          "sequence " + id + " is out of range: ids are below " + tables.length);
    }
    Table table = tables[id];
    if (table == null) {
      table = new Table(id);
      tables[id] = table;
    }
    if (table.view != null) {
      throw new IllegalStateException("sequence " + id + " is admitted already");
    }
    return table;
  }

  /// The slot of an admitted sequence.
  Table admitted(int sequence) {
    Table table = sequence < 0 || sequence >= tables.length ? null : tables[sequence];
    if (table == null || table.view == null) {
      throw new IllegalStateException("sequence " + sequence + " is not admitted");
    }
    return table;
  }

  /// The slot of an admitted sequence that is not swapped out.
  Table onDevice(int sequence) {
    Table table = admitted(sequence);
    if (table.swapped) {
      throw new IllegalStateException(
          "sequence " + sequence + " is swapped out: only swapIn and release are allowed");
    }
    return table;
  }

  void close() {
    for (Table table : tables) {
      if (table != null) {
        table.reset();
      }
    }
  }
}
