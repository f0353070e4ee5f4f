package dev.jacquard.engine.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jacquard.engine.policy.LruEviction;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.block.EvictionPolicy;
import dev.jacquard.spi.block.ReleaseReason;
import dev.jacquard.spi.block.Reservation;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A manager with a mirror of its events, and the few calls that tests repeat.
final class Bench {
  final TestContext context;
  final CacheMirror mirror = new CacheMirror();
  final PagedBlockSpaceManager manager;

  Bench(TestContext context) {
    this(context, new LruEviction(context.deviceBlocks, context.hostBlocks));
  }

  Bench(TestContext context, EvictionPolicy policy) {
    this.context = context;
    context.listeners.add(mirror);
    manager = new PagedBlockSpaceManager(context, policy);
  }

  static Bench sized(int blockSize, int deviceBlocks, int hostBlocks) {
    return new Bench(TestContext.sized(blockSize, deviceBlocks, hostBlocks));
  }

  /// Tokens `[first, first + count)`.
  static int[] tokens(int first, int count) {
    int[] tokens = new int[count];
    Arrays.setAll(tokens, i -> first + i);
    return tokens;
  }

  TestSequence sequence(int id, int... tokens) {
    return TestSequence.of(id, context.blockSize, tokens);
  }

  /// Admits the sequence whole and commits all of it.
  TestSequence compute(TestSequence sequence) {
    assertEquals(Reservation.GRANTED, manager.admit(sequence, sequence.length, false));
    manager.commit(sequence.id, sequence.length);
    return sequence;
  }

  /// The sequence comes, is computed and goes.
  void pass(TestSequence sequence) {
    compute(sequence);
    release(sequence.id);
  }

  void release(int id) {
    manager.release(id, ReleaseReason.FINISHED);
  }

  List<Integer> table(int id) {
    int[] table = new int[manager.tableLength(id)];
    manager.copyTable(id, 0, table.length, MemorySegment.ofArray(table), 0);
    return Arrays.stream(table).boxed().toList();
  }

  /// The copies decided since the last call, as `source>target`.
  List<String> copies() {
    BlockCopies copies = new BlockCopies();
    manager.drainCopies(copies);
    List<String> text = new ArrayList<>();
    for (int i = 0; i < copies.size(); i++) {
      text.add(copies.source(i) + ">" + copies.target(i));
    }
    return text;
  }
}
