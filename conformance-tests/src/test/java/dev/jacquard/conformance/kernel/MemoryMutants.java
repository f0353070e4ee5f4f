package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.BackendException.Severity;
import dev.jacquard.spi.kernel.DeviceMemory;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Memory and failures: KRN-11, KRN-12, KRN-13 and KRN-14.
final class MemoryMutants {
  private MemoryMutants() {}

  static List<Mutant<BackendUnderTest>> all() {
    return List.of(
        new Mutant<>(Rule.KRN_11, "lets the JVM's error through", c -> new BareError(), "it threw"),
        new Mutant<>(
            Rule.KRN_11, "counts before it refuses", c -> new CountsFirst(), "bytes are free"),
        new Mutant<>(
            Rule.KRN_11,
            "multiplies blocks in a long that overflows",
            c -> new Overflows(),
            "it was accepted"),
        new Mutant<>(
            Rule.KRN_11,
            "keeps the device's part when the host's does not fit",
            c -> new KeepsHalf(),
            "bytes are free"),
        new Mutant<>(Rule.KRN_11, "does not say how much", c -> new SaysNothing(), "how much"),
        new Mutant<>(
            Rule.KRN_12, "calls every failure the end", c -> new AlwaysLost(), "its severity is"),
        new Mutant<>(
            Rule.KRN_12,
            "is dead after a failure it made light of",
            c -> new DeadAfter(),
            "can be used on"),
        new Mutant<>(
            Rule.KRN_12,
            "cannot be closed after a failure",
            c -> new NoWayOut(),
            "close after failures"),
        new Mutant<>(Rule.KRN_12, "closes once only", c -> new ClosesOnce(), "for the second time"),
        new Mutant<>(
            Rule.KRN_13, "makes an array for each product", c -> new Wasteful(), "bytes a call"),
        new Mutant<>(
            Rule.KRN_14, "forgets to count a free", c -> new NeverBack(), "everything was freed"),
        new Mutant<>(
            Rule.KRN_14, "counts a second free", c -> new BackTwice(), "everything was freed"),
        new Mutant<>(
            Rule.KRN_14, "forgets staging when it closes", c -> new KeepsStaging(), "was closed"),
        new Mutant<>(
            Rule.KRN_14,
            "counts keys and no values",
            c -> new HalfBlocks(),
            "kvBytesPerBlock says"),
        new Mutant<>(
            Rule.KRN_14,
            "reads the parts it said it does not need",
            c -> new StaysMapped(),
            "overwritten"));
  }

  /// Something else where memory ran out.
  private abstract static class OtherEnd extends Broken {
    abstract RuntimeException instead(BackendException e);

    @Override
    public Tensor activation(int rows, int width) {
      try {
        return super.activation(rows, width);
      } catch (BackendException e) {
        throw instead(e);
      }
    }
  }

  private static final class BareError extends Broken {
    @Override
    public Tensor activation(int rows, int width) {
      if ((long) rows * width > 1L << 40) {
        throw new OutOfMemoryError("Java heap space");
      }
      return super.activation(rows, width);
    }
  }

  /// Reports less than is free by what it lost.
  private abstract static class Leaky extends Broken {
    long lost;

    @Override
    public DeviceMemory memory() {
      DeviceMemory right = super.memory();
      return new DeviceMemory(right.totalBytes(), right.freeBytes() - lost);
    }
  }

  private static final class CountsFirst extends Leaky {
    @Override
    public MemorySegment allocateStaging(long bytes) {
      try {
        return super.allocateStaging(bytes);
      } catch (BackendException e) {
        lost += 4096;
        throw e;
      }
    }
  }

  private static final class Overflows extends Broken {
    @Override
    public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
      long bytes = kvBytesPerBlock(layout) * (deviceBlocks + hostBlocks);
      if (bytes == 0) {
        KvCacheLayout tiny = new KvCacheLayout(1, 1, 1, 1, layout.type());
        return super.allocateKvCache(tiny, 1, 0);
      }
      return super.allocateKvCache(layout, deviceBlocks, hostBlocks);
    }
  }

  private static final class KeepsHalf extends Broken {
    @Override
    public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
      if (hostBlocks > 0) {
        super.allocateKvCache(layout, deviceBlocks, 0);
      }
      return super.allocateKvCache(layout, deviceBlocks, hostBlocks);
    }
  }

  private static final class SaysNothing extends OtherEnd {
    @Override
    RuntimeException instead(BackendException e) {
      return new BackendException(e.code(), e.severity(), "out of memory", e);
    }
  }

  private static final class AlwaysLost extends OtherEnd {
    @Override
    RuntimeException instead(BackendException e) {
      return new BackendException(e.code(), Severity.BACKEND_LOST, e.getMessage(), e);
    }
  }

  private abstract static class Remembers extends Broken {
    boolean failed;

    @Override
    public Tensor activation(int rows, int width) {
      try {
        return super.activation(rows, width);
      } catch (BackendException e) {
        failed = true;
        throw e;
      }
    }
  }

  private static final class DeadAfter extends Remembers {
    @Override
    public void synchronize() {
      if (failed) {
        throw new IllegalStateException("the context was lost");
      }
      super.synchronize();
    }
  }

  private static final class NoWayOut extends Remembers {
    @Override
    public void close() {
      super.close();
      if (failed) {
        throw new IllegalStateException("nothing to free");
      }
    }
  }

  private static final class ClosesOnce extends Broken {
    private boolean closed;

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("already closed");
      }
      closed = true;
      super.close();
    }
  }

  private static final class Wasteful extends Broken {
    private float[] scratch = {};

    @Override
    public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
      scratch = new float[rows * x.width()];
      super.matmul(out, x, weight, rows);
    }

    @Override
    public String toString() {
      return super.toString() + " with " + scratch.length;
    }
  }

  private static final class NeverBack extends Leaky {
    @Override
    public void free(Tensor tensor) {
      super.free(tensor);
      lost += 4L * tensor.rows() * tensor.width();
    }
  }

  private static final class BackTwice extends Leaky {
    @Override
    public void free(Tensor tensor) {
      try {
        super.free(tensor);
      } catch (IllegalArgumentException e) {
        lost -= 4L * tensor.rows() * tensor.width();
        throw e;
      }
    }
  }

  private static final class KeepsStaging extends Leaky {
    private long staging;

    @Override
    public MemorySegment allocateStaging(long bytes) {
      staging += bytes;
      return super.allocateStaging(bytes);
    }

    @Override
    public void close() {
      super.close();
      lost = staging;
    }
  }

  private static final class HalfBlocks extends Broken {
    @Override
    public long kvBytesPerBlock(KvCacheLayout layout) {
      return super.kvBytesPerBlock(layout) / 2;
    }
  }

  private static final class StaysMapped extends Broken {
    private final Map<Tensor, WeightSpec> mapped = new HashMap<>();

    @Override
    public Tensor loadWeight(WeightSpec spec) {
      Tensor tensor = super.loadWeight(spec);
      mapped.put(tensor, spec);
      return tensor;
    }

    @Override
    public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
      WeightSpec spec = mapped.get(weight);
      if (spec == null) {
        super.matmul(out, x, weight, rows);
      } else {
        Tensor now = super.loadWeight(spec);
        super.matmul(out, x, now, rows);
        free(now);
      }
    }
  }
}
