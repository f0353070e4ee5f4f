package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jacquard.conformance.Check;
import dev.jacquard.conformance.Rule;
import dev.jacquard.conformance.Trial;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import java.util.ArrayList;
import java.util.List;

/// What is held is counted, what does not fit is said, what is given back is back (KRN-11, KRN-14).
final class MemoryChecks {
  private static final long SLACK = 1L << 20;

  private MemoryChecks() {}

  static List<Check<BackendUnderTest>> all() {
    return List.of(
        Check.of(
            Rule.KRN_11,
            "a KV cache that no machine holds is OUT_OF_MEMORY and leaks nothing",
            MemoryChecks::caches,
            "bytes per block times blocks that overflows a long",
            "device blocks that stay when the host blocks do not fit"),
        Check.of(
            Rule.KRN_11,
            "activations and staging that no machine holds are OUT_OF_MEMORY and leak nothing",
            MemoryChecks::activations,
            "rows times width that overflows",
            "memory counted before it was refused"),
        Check.of(
            Rule.KRN_14,
            "free gives a tensor's bytes back",
            MemoryChecks::freed,
            "a count that is not taken back",
            "a count that is taken back twice"),
        Check.of(
            Rule.KRN_14,
            "close gives everything back",
            MemoryChecks::closed,
            "staging or KV that close forgets"),
        Check.of(
            Rule.KRN_14,
            "a block takes kvBytesPerBlock, in memory() and when it is exported",
            MemoryChecks::perBlock,
            "keys counted without values",
            "the size of the wrong type"),
        Check.of(
            Rule.KRN_14,
            "weights do not read their parts any more when keepsParts is false",
            MemoryChecks::parts,
            "a weight that stays mapped"));
  }

  /// What asks for too much.
  @FunctionalInterface
  interface Greedy {
    void run();
  }

  static void outOfMemory(Bench bench, String what, Greedy call) {
    DeviceMemory before = bench.backend.memory();
    BackendException refused = refusal(what, call);
    Same.require(
        refused.code() == StandardErrorCode.OUT_OF_MEMORY,
        what + " must be refused with code out-of-memory, it was " + refused.code().code());
    Same.require(
        refused.getMessage() != null && refused.getMessage().matches("(?s).*\\d.*"),
        what + ": the message must say how much was asked for: " + refused.getMessage());
    DeviceMemory after = bench.backend.memory();
    Same.require(
        before.freeBytes() == after.freeBytes(),
        what
            + " was refused, and memory() says "
            + after.freeBytes()
            + " bytes are free, before it were "
            + before.freeBytes());
  }

  private static BackendException refusal(String what, Greedy call) {
    try {
      call.run();
    } catch (BackendException e) {
      return e;
    } catch (RuntimeException | OutOfMemoryError e) {
      throw new AssertionError(
          what + " must be refused with a BackendException of code out-of-memory, it threw " + e,
          e);
    }
    throw new AssertionError(
        what + " must be refused with a BackendException of code out-of-memory; it was accepted");
  }

  private static void caches(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      DType type = bench.kvTypes().getFirst();
      // 2^35 or 2^36 bytes a block
      KvCacheLayout huge = new KvCacheLayout(1 << 10, 1 << 7, 1 << 8, 1 << 8, type);
      KvCacheLayout small = new KvCacheLayout(1, 1, 8, 4, type);
      for (int[] tiers : new int[][] {{1 << 20, 0}, {1, 1 << 20}, {1 << 28, 0}, {1 << 29, 0}}) {
        outOfMemory(
            bench,
            "allocateKvCache of "
                + tiers[0]
                + " + "
                + tiers[1]
                + " blocks of "
                + bench.backend.kvBytesPerBlock(huge)
                + " bytes",
            () -> bench.backend.allocateKvCache(huge, tiers[0], tiers[1]));
        KvCache kv = bench.backend.allocateKvCache(small, 3, 1);
        Same.require(kv.blocks() == 4, "after a refusal, a small cache has " + kv.blocks());
        bench.importBlock(kv, 3, bench.export(kv, 0));
      }
      KvCacheLayout megabyte = new KvCacheLayout(1, 1, 1 << 10, 1 << 8, type);
      outOfMemory(
          bench,
          "allocateKvCache of 3 + 2^31 - 9 blocks of a megabyte",
          () -> bench.backend.allocateKvCache(megabyte, 3, Integer.MAX_VALUE - 8));
      outOfMemory(
          bench,
          "allocateKvCache of 2^31 - 1 blocks in each tier",
          () -> bench.backend.allocateKvCache(huge, Integer.MAX_VALUE, Integer.MAX_VALUE));
    }
  }

  private static void activations(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      int[][] shapes = {
        {1 << 24, 1 << 24}, {Integer.MAX_VALUE, Integer.MAX_VALUE}, {1 << 15, 1 << 30}
      };
      for (int[] shape : shapes) {
        outOfMemory(
            bench,
            "an activation of " + shape[0] + " x " + shape[1],
            () -> bench.backend.activation(shape[0], shape[1]));
        bench.backend.free(bench.rows(Bench.gaussians(trial.random(), 3, 5)));
      }
      for (long bytes : new long[] {1L << 50, 1L << 62, Long.MAX_VALUE}) {
        outOfMemory(
            bench, "staging of " + bytes + " bytes", () -> bench.backend.allocateStaging(bytes));
        bench.backend.allocateStaging(64);
      }
    }
  }

  private static void freed(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      long before = bench.backend.memory().freeBytes();
      for (int round = 0; round < 3; round++) {
        List<Tensor> held = new ArrayList<>();
        for (DType type : bench.weightTypes()) {
          Weight weight = Weight.random(trial.random(), type, 70, 2 * type.blockElements());
          held.add(bench.load(weight, WeightRole.MATRIX));
          held.add(bench.load(weight, WeightRole.EMBEDDING));
        }
        held.add(bench.row(WeightRole.NORM, 1, 2, 3));
        held.add(bench.row(WeightRole.BIAS, 1, 2, 3));
        Tensor large = bench.backend.activation(1024, 1024);
        held.add(large);
        long now = bench.backend.memory().freeBytes();
        Same.require(
            before - now >= 2L * 1024 * 1024,
            "an activation of 1024 x 1024 and some weights were made, and memory() says that only "
                + (before - now)
                + " bytes more are held");
        bench.backend.columns(large, 5, 7);
        held.forEach(bench.backend::free);
        try {
          bench.backend.free(large);
        } catch (IllegalArgumentException e) {
          // as KRN-3 wants; what matters here is the count
        }
        long after = bench.backend.memory().freeBytes();
        Same.require(
            after == before,
            "everything was freed, and memory() says that "
                + after
                + " bytes are free; at first it were "
                + before);
      }
      for (Tensor each :
          List.of(bench.backend.activation(300, 300), bench.backend.activation(1, 1))) {
        long held = bench.backend.memory().freeBytes();
        bench.backend.free(each);
        Same.require(
            bench.backend.memory().freeBytes() >= held,
            "memory() says that less is free after a free than before");
      }
    }
  }

  private static void closed(BackendUnderTest subject, Trial trial) {
    Bench bench = Bench.open(subject);
    DeviceMemory before = bench.backend.memory();
    Tensor base = bench.backend.activation(512, 512);
    bench.backend.columns(base, 0, 5);
    bench.row(WeightRole.NORM, new float[1000]);
    for (DType type : bench.weightTypes()) {
      Weight weight = Weight.random(trial.random(), type, 70, 2 * type.blockElements());
      bench.load(weight, WeightRole.MATRIX);
    }
    bench.backend.allocateStaging(1 << 16);
    if (bench.does(Operation.WRITE_KV) && !bench.kvTypes().isEmpty()) {
      bench.backend.allocateKvCache(
          new KvCacheLayout(2, 2, 8, 4, bench.kvTypes().getFirst()), 100, 50);
    }
    bench.backend.free(base);
    bench.close();
    DeviceMemory after = remaining(bench, subject);
    Same.require(
        after.equals(before),
        "weights, staging and KV were held when the backend was closed; memory() says "
            + after
            + ", at first it said "
            + before);
    bench.close();
    Same.require(
        remaining(bench, subject).equals(after), "a second close changed memory(): counted twice");
  }

  /// What a closed backend says; where it says nothing any more, what a new one says.
  private static DeviceMemory remaining(Bench bench, BackendUnderTest subject) {
    try {
      return bench.backend.memory();
    } catch (IllegalStateException e) {
      try (Bench fresh = Bench.open(subject)) {
        return fresh.backend.memory();
      }
    }
  }

  private static void perBlock(BackendUnderTest subject, Trial trial) {
    try (Bench bench = AttentionChecks.open(subject)) {
      for (DType type : bench.kvTypes()) {
        KvCacheLayout layout = new KvCacheLayout(4, 2, 64, 16, type);
        long bytes = bench.backend.kvBytesPerBlock(layout);
        int blocks = (int) ((8 * SLACK + bytes - 1) / bytes);
        long before = bench.backend.memory().freeBytes();
        KvCache kv = bench.backend.allocateKvCache(layout, blocks, 0);
        long taken = before - bench.backend.memory().freeBytes();
        Same.require(
            Math.abs(taken - blocks * bytes) <= SLACK,
            "kvBytesPerBlock says "
                + bytes
                + ", so "
                + blocks
                + " blocks take "
                + blocks * bytes
                + " bytes; by memory() they took "
                + taken);
        long least = 2L * 4 * 2 * 64 * 16 * type.blockBytes();
        Same.require(
            bytes >= least,
            "kvBytesPerBlock of " + layout + " says " + bytes + "; keys and values need " + least);
        var into = java.lang.foreign.Arena.ofAuto().allocate(bytes + 64, 64);
        into.fill((byte) 77);
        bench.backend.exportBlock(kv, blocks - 1, into.asSlice(0, bytes));
        for (long at = bytes; at < bytes + 64; at++) {
          Same.require(
              into.get(JAVA_BYTE, at) == 77,
              "exportBlock wrote more than kvBytesPerBlock says, " + bytes + " bytes");
        }
      }
    }
  }

  private static void parts(BackendUnderTest subject, Trial trial) {
    try (Bench bench = Bench.open(subject)) {
      bench.require(Operation.MATMUL);
      for (DType type : bench.weightTypes()) {
        int width = Math.max(32, type.blockElements());
        Weight weight = Weight.random(trial.random(), type, 40, width);
        Tensor matrix = bench.load(weight, WeightRole.MATRIX);
        float[][] x = Bench.gaussians(trial.random(1), 3, width);
        double[][] expected = Oracle.matmul(x, weight.values());
        if (!bench.backend.keepsParts()) {
          weight.parts().forEach(part -> part.fill((byte) 0));
        }
        Same.within(
            "keepsParts is "
                + bench.backend.keepsParts()
                + "; matmul of "
                + type
                + (bench.backend.keepsParts() ? "" : " after its parts were overwritten"),
            bench.can.tolerance(),
            expected,
            InvarianceChecks.product(bench, matrix, x));
      }
    }
  }
}
