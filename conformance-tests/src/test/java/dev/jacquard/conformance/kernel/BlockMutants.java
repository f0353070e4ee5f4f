package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Blocks and slots: KRN-6, KRN-7 and KRN-15.
final class BlockMutants {
  private BlockMutants() {}

  static List<Mutant<BackendUnderTest>> all() {
    return List.of(
        new Mutant<>(
            Rule.KRN_6,
            "takes blocks to lie one behind the other",
            c ->
                new BentTables() {
                  @Override
                  public int block(int block, int index, int first) {
                    return first < 0 ? block : Math.min(first + index, blocks - 1);
                  }
                },
            "with blocks"),
        new Mutant<>(
            Rule.KRN_6,
            "takes the row's number for the sequence id",
            c ->
                new BentTables() {
                  @Override
                  public int sequence(int sequence, int row) {
                    return row;
                  }
                },
            "sequence id"),
        new Mutant<>(
            Rule.KRN_6,
            "addresses host blocks from the device's base",
            c ->
                new BentTables() {
                  @Override
                  public int block(int block, int index, int first) {
                    return block < device ? block : (block - device) % Math.max(1, device);
                  }
                },
            "host blocks"),
        new Mutant<>(Rule.KRN_6, "leaves the host blocks out", c -> new DeviceOnly(), "says it is"),
        new Mutant<>(
            Rule.KRN_7, "copies a list from its end", c -> new ReversedCopies(), "in this order"),
        new Mutant<>(
            Rule.KRN_7, "copies a list side by side", c -> new CopiesAtOnce(), "in this order"),
        new Mutant<>(
            Rule.KRN_7, "copies the first layer only", c -> new FirstLayer(), "copyBlocks of"),
        new Mutant<>(
            Rule.KRN_7, "loses a bit by importing", c -> new LosesABit(), "exported and imported"),
        new Mutant<>(Rule.KRN_15, "takes slot -1 for slot 0", c -> new FirstSlot(), "all -1"),
        new Mutant<>(Rule.KRN_15, "takes slot -1 for the last slot", c -> new LastSlot(), "all -1"),
        new Mutant<>(
            Rule.KRN_15,
            "forgets slot -1 in the fused kernel",
            c -> new FusedSlot(),
            "ropeWriteKv"));
  }

  private abstract static class BentTables extends Broken implements Broken.Bend {
    int device;
    int blocks;

    @Override
    public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
      device = deviceBlocks;
      blocks = deviceBlocks + hostBlocks;
      return super.allocateKvCache(layout, deviceBlocks, hostBlocks);
    }

    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, kv, layer, bent(in, this), params);
    }
  }

  private static final class DeviceOnly extends Broken {
    @Override
    public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
      return super.allocateKvCache(layout, deviceBlocks, 0);
    }
  }

  private static final class ReversedCopies extends Broken {
    @Override
    public void copyBlocks(KvCache kv, BlockCopies copies) {
      BlockCopies reversed = new BlockCopies();
      for (int i = copies.size() - 1; i >= 0; i--) {
        reversed.add(copies.source(i), copies.target(i));
      }
      super.copyBlocks(kv, reversed);
    }
  }

  /// Reads all sources before it writes the first target.
  private static final class CopiesAtOnce extends Broken {
    @Override
    public void copyBlocks(KvCache kv, BlockCopies copies) {
      MemorySegment[] read = new MemorySegment[copies.size()];
      for (int i = 0; i < read.length; i++) {
        read[i] = Arena.ofAuto().allocate(kvBytesPerBlock(kv.layout()), 8);
        super.exportBlock(kv, copies.source(i), read[i]);
      }
      for (int i = 0; i < read.length; i++) {
        super.importBlock(kv, copies.target(i), read[i]);
      }
    }
  }

  private static final class FirstLayer extends Broken {
    @Override
    public void copyBlocks(KvCache kv, BlockCopies copies) {
      for (int i = 0; i < copies.size(); i++) {
        NaiveKernelKv cache = (NaiveKernelKv) kv;
        MemorySegment from = cache.block(copies.source(i));
        long bytes = cache.blockBytes() / kv.layout().layers();
        MemorySegment.copy(from, 0, cache.block(copies.target(i)), 0, bytes);
      }
    }
  }

  private static final class LosesABit extends Broken {
    @Override
    public void importBlock(KvCache kv, int block, MemorySegment from) {
      MemorySegment copy = Arena.ofAuto().allocate(from.byteSize(), 8).copyFrom(from);
      long middle = kvBytesPerBlock(kv.layout()) / 2;
      copy.set(JAVA_BYTE, middle, (byte) (copy.get(JAVA_BYTE, middle) ^ 1));
      super.importBlock(kv, block, copy);
    }
  }

  private static final class FirstSlot extends Broken implements Broken.Bend {
    @Override
    public int slot(int slot) {
      return Math.max(0, slot);
    }

    @Override
    public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
      super.writeKv(kv, layer, k, v, bent(in, this));
    }
  }

  private static final class LastSlot extends Broken {
    @Override
    public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
      int slots = kv.blocks() * kv.layout().blockSize();
      Bend last =
          new Bend() {
            @Override
            public int slot(int slot) {
              return Math.floorMod(slot, slots);
            }
          };
      super.writeKv(kv, layer, k, v, bent(in, last));
    }
  }

  private static final class FusedSlot extends Broken implements Broken.Bend {
    @Override
    public int slot(int slot) {
      return Math.max(0, slot);
    }

    @Override
    public void ropeWriteKv(
        Tensor q, Tensor k, Tensor v, KvCache kv, int layer, StepInputs in, RopeParams params) {
      super.ropeWriteKv(q, k, v, kv, layer, bent(in, this), params);
    }
  }
}
