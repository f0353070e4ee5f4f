package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.block.BlockCopies;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Effects out of order, staging read too late: KRN-4 and KRN-5.
final class StreamMutants {
  private StreamMutants() {}

  static List<Mutant<BackendUnderTest>> all() {
    return List.of(
        new Mutant<>(
            Rule.KRN_4, "uploads on a stream of its own", c -> new EarlyUploads(), "upload 2"),
        new Mutant<>(Rule.KRN_4, "exports without waiting", c -> new EarlyExports(), "export"),
        new Mutant<>(
            Rule.KRN_4,
            "puts copies off to the end of the step",
            c -> new LateCopies(),
            "attention sees 1"),
        new Mutant<>(
            Rule.KRN_5,
            "embeds when the result is wanted",
            c -> new LateReads(),
            "later inputs show"),
        new Mutant<>(
            Rule.KRN_5,
            "keeps the columns of all steps in one buffer",
            c -> new OneBuffer(),
            "two steps"),
        new Mutant<>(
            Rule.KRN_5, "hands out staging as it found it", c -> new DirtyStaging(), "not zeroed"),
        new Mutant<>(
            Rule.KRN_5, "aligns staging to 16 bytes", c -> new OddStaging(), "not aligned"),
        new Mutant<>(
            Rule.KRN_5,
            "hands out one piece of staging twice",
            c -> new SharedStaging(),
            "staging"));
  }

  /// Holds some operations back until something waits.
  private abstract static class Lazy extends Broken {
    private final List<Runnable> held = new ArrayList<>();

    void hold(Runnable operation) {
      held.add(operation);
    }

    void flush() {
      List<Runnable> now = List.copyOf(held);
      held.clear();
      now.forEach(Runnable::run);
    }

    @Override
    public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
      flush();
      super.downloadRows(from, firstRow, rows, into);
    }

    @Override
    public void exportBlock(KvCache kv, int block, MemorySegment into) {
      flush();
      super.exportBlock(kv, block, into);
    }

    @Override
    public void free(Tensor tensor) {
      flush();
      super.free(tensor);
    }

    @Override
    public void synchronize() {
      flush();
      super.synchronize();
    }
  }

  private static final class EarlyUploads extends Lazy {
    @Override
    public void add(Tensor target, Tensor x, int rows) {
      hold(() -> super.add(target, x, rows));
    }
  }

  private static final class EarlyExports extends Lazy {
    @Override
    public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
      hold(() -> super.writeKv(kv, layer, k, v, in));
    }

    @Override
    public void copyBlocks(KvCache kv, BlockCopies copies) {
      flush();
      super.copyBlocks(kv, copies);
    }

    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      flush();
      super.attention(out, q, kv, layer, in, params);
    }

    @Override
    public void exportBlock(KvCache kv, int block, MemorySegment into) {
      delegate.exportBlock(kv, block, into);
    }
  }

  private static final class LateCopies extends Lazy {
    @Override
    public void copyBlocks(KvCache kv, BlockCopies copies) {
      hold(() -> super.copyBlocks(kv, copies));
    }
  }

  /// Remembers what was to be embedded, and does it when that very tensor is read.
  private static final class LateReads extends Broken {
    private record Wanted(Tensor out, Runnable operation) {}

    private final List<Wanted> wanted = new ArrayList<>();

    @Override
    public void embed(Tensor out, Tensor table, StepInputs in) {
      wanted.add(new Wanted(out, () -> super.embed(out, table, in)));
    }

    @Override
    public void downloadRows(Tensor from, int firstRow, int rows, MemorySegment into) {
      for (Wanted each : List.copyOf(wanted)) {
        if (each.out().equals(from)) {
          each.operation().run();
          wanted.remove(each);
        }
      }
      super.downloadRows(from, firstRow, rows, into);
    }
  }

  private static final class OneBuffer extends Lazy {
    private int[] ids = {};

    @Override
    public void embed(Tensor out, Tensor table, StepInputs in) {
      int[] now = new int[in.tokens()];
      for (int t = 0; t < now.length; t++) {
        now[t] = in.tokenId(t);
      }
      ids = now;
      hold(() -> {
        StepInputs late = bent(in, new Bend() {});
        for (int t = 0; t < in.tokens() && t < ids.length; t++) {
          late.resolveToken(t, ids[t]);
        }
        super.embed(out, table, late);
      });
    }
  }

  private static final class DirtyStaging extends Broken {
    @Override
    public MemorySegment allocateStaging(long bytes) {
      return super.allocateStaging(bytes).fill((byte) 0x5a);
    }
  }

  private static final class OddStaging extends Broken {
    @Override
    public MemorySegment allocateStaging(long bytes) {
      return super.allocateStaging(bytes + 16).asSlice(16, bytes);
    }
  }

  private static final class SharedStaging extends Broken {
    private MemorySegment last = MemorySegment.NULL;

    @Override
    public MemorySegment allocateStaging(long bytes) {
      if (last.byteSize() != bytes) {
        last = super.allocateStaging(bytes);
      }
      return last.fill((byte) 0);
    }
  }
}
