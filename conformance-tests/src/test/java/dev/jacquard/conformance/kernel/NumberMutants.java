package dev.jacquard.conformance.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.kernel.AttentionParams;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.KvCache;
import dev.jacquard.spi.kernel.KvCacheLayout;
import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;
import dev.jacquard.spi.kernel.StepInputs;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Wrong numbers: KRN-1 and KRN-19.
final class NumberMutants {
  private static final String ORACLE = "the float64 oracle says";

  private NumberMutants() {}

  static List<Mutant<BackendUnderTest>> all() {
    return List.of(
        new Mutant<>(Rule.KRN_1, "says a tolerance of 1", c -> new TolerateAnything(), "below 0.1"),
        new Mutant<>(Rule.KRN_1, "sums products in bfloat16", c -> new HalfPrecisionSums(), ORACLE),
        new Mutant<>(
            Rule.KRN_1, "reads Q4_0 with its halves swapped", c -> new SwappedNibbles(), "Q4_0"),
        new Mutant<>(
            Rule.KRN_1, "puts epsilon outside of the root", c -> new EpsilonOutside(), "rmsNorm"),
        new Mutant<>(
            Rule.KRN_1, "has a coarse exponential", c -> new CoarseExponential(), "siluMultiply"),
        new Mutant<>(Rule.KRN_1, "computes angles in f32", c -> new FloatAngles(), "5000"),
        new Mutant<>(
            Rule.KRN_1, "turns the pairs of the other style", c -> new OtherStyle(), "rope"),
        new Mutant<>(
            Rule.KRN_1,
            "sees one position more than the window",
            c ->
                new BentAttention() {
                  @Override
                  AttentionParams bend(AttentionParams p) {
                    int window = p.window() == 0 ? 0 : p.window() + 1;
                    return params(p, window, p.sinkTokens(), p.softCap(), p.sinks());
                  }
                },
            "window="),
        new Mutant<>(
            Rule.KRN_1,
            "forgets the sink tokens of a window",
            c ->
                new BentAttention() {
                  @Override
                  AttentionParams bend(AttentionParams p) {
                    return params(p, p.window(), 0, p.softCap(), p.sinks());
                  }
                },
            "sinkTokens="),
        new Mutant<>(
            Rule.KRN_1,
            "leaves the soft cap out",
            c ->
                new BentAttention() {
                  @Override
                  AttentionParams bend(AttentionParams p) {
                    return params(p, p.window(), p.sinkTokens(), 0, p.sinks());
                  }
                },
            "softCap="),
        new Mutant<>(
            Rule.KRN_1,
            "leaves learnt sinks out",
            c ->
                new BentAttention() {
                  @Override
                  AttentionParams bend(AttentionParams p) {
                    return params(p, p.window(), p.sinkTokens(), p.softCap(), null);
                  }
                },
            "sinks="),
        new Mutant<>(
            Rule.KRN_1, "gives query heads the wrong key head", c -> new WrongKeyHead(), ORACLE),
        new Mutant<>(
            Rule.KRN_19,
            "reads the current chunk unrounded",
            c -> new UnroundedChunk(),
            "unrounded"));
  }

  private static final class TolerateAnything extends Broken {
    @Override
    public BackendCapabilities capabilities() {
      BackendCapabilities c = super.capabilities();
      return new BackendCapabilities(
          c.device(), c.operations(), c.weightTypes(), c.kvTypes(), true, true, 1);
    }
  }

  private static final class HalfPrecisionSums extends Broken {
    @Override
    public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
      super.matmul(out, x, weight, rows);
      float[][] values = get(out, rows);
      for (float[] row : values) {
        for (int i = 0; i < row.length; i++) {
          row[i] = Halves.rounded(row[i], DType.BF16);
        }
      }
      set(out, values);
    }
  }

  private static final class SwappedNibbles extends Broken {
    @Override
    public Tensor loadWeight(WeightSpec spec) {
      if (spec.type() != DType.Q4_0) {
        return super.loadWeight(spec);
      }
      List<MemorySegment> parts = new ArrayList<>();
      for (MemorySegment part : spec.parts()) {
        MemorySegment copy = Arena.ofAuto().allocate(part.byteSize(), 8).copyFrom(part);
        for (long at = 0; at < copy.byteSize(); at++) {
          int both = copy.get(JAVA_BYTE, at) & 0xff;
          if (at % 18 >= 2) {
            copy.set(JAVA_BYTE, at, (byte) (both << 4 | both >> 4));
          }
        }
        parts.add(copy);
      }
      return super.loadWeight(
          new WeightSpec(
              spec.name(),
              spec.role(),
              spec.alsoMatrix(),
              spec.type(),
              spec.rows(),
              spec.width(),
              parts));
    }
  }

  private static final class EpsilonOutside extends Broken {
    @Override
    public void rmsNorm(Tensor out, Tensor x, Tensor weight, float epsilon, int rows) {
      float[][] values = get(x, rows);
      super.rmsNorm(out, x, weight, epsilon, rows);
      float[][] normed = get(out, rows);
      int group = weight.width();
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < values[r].length; i++) {
          double mean = 0;
          for (int j = 0; j < group; j++) {
            float each = values[r][i / group * group + j];
            mean += each * each / group;
          }
          normed[r][i] *= (float) (Math.sqrt(mean + epsilon) / (Math.sqrt(mean) + epsilon));
        }
      }
      set(out, normed);
    }
  }

  private static final class CoarseExponential extends Broken {
    @Override
    public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
      float[][] gates = get(gate, rows);
      float[][] ups = get(up, rows);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < gates[r].length; i++) {
          float e = exp(-gates[r][i]);
          ups[r][i] *= gates[r][i] / (1 + e);
        }
      }
      set(out, ups);
    }

    /// Good to a percent: the exponent's bits, and a line for the mantissa.
    private static float exp(float x) {
      float clamped = Math.max(-80, Math.min(80, x));
      return Float.intBitsToFloat((int) (clamped * 12102203f + 1065054451f));
    }
  }

  private static final class FloatAngles extends Broken {
    @Override
    public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
      for (Tensor each : new Tensor[] {q, k}) {
        float[][] values = get(each, in.tokens());
        for (int t = 0; t < values.length; t++) {
          for (int i = 0; i < params.pairs(); i++) {
            float angle = (float) in.position(t) * (float) params.inverseFrequency(i);
            turn(values[t], i, (float) Math.cos(angle), (float) Math.sin(angle), params);
          }
        }
        set(each, values);
      }
    }

    private static void turn(float[] row, int i, float cos, float sin, RopeParams params) {
      boolean halves = params.style() == RopeStyle.HALVES;
      for (int head = 0; head < row.length; head += params.headDim()) {
        int first = head + (halves ? i : 2 * i);
        int second = halves ? first + params.pairs() : first + 1;
        float a = row[first] * params.magnitude();
        float b = row[second] * params.magnitude();
        row[first] = a * cos - b * sin;
        row[second] = a * sin + b * cos;
      }
    }
  }

  private static final class OtherStyle extends Broken {
    @Override
    public void rope(Tensor q, Tensor k, StepInputs in, RopeParams params) {
      double[] frequencies = new double[params.pairs()];
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = params.inverseFrequency(i);
      }
      super.rope(
          q,
          k,
          in,
          new RopeParams(params.headDim(), RopeStyle.HALVES, params.magnitude(), frequencies));
    }
  }

  private abstract static class BentAttention extends Broken {
    abstract AttentionParams bend(AttentionParams params);

    static AttentionParams params(
        AttentionParams p, int window, int sinkTokens, float softCap, @Nullable Tensor sinks) {
      return new AttentionParams(
          p.heads(), p.kvHeads(), p.headDim(), p.scale(), window, sinkTokens, softCap, sinks);
    }

    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, kv, layer, in, bend(params));
    }
  }

  /// Key head `head % kvHeads` instead of `head / (heads / kvHeads)`.
  private static final class WrongKeyHead extends Broken {
    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      float[][] right = get(q, in.tokens());
      float[][] mixed = new float[right.length][right.length == 0 ? 0 : right[0].length];
      shuffle(right, mixed, params, true);
      set(q, mixed);
      super.attention(out, q, kv, layer, in, params);
      set(q, right);
      float[][] answers = get(out, in.tokens());
      shuffle(answers, mixed, params, false);
      set(out, mixed);
    }

    private static void shuffle(
        float[][] from, float[][] to, AttentionParams params, boolean there) {
      int dim = params.headDim();
      int group = params.heads() / params.kvHeads();
      for (int r = 0; r < from.length; r++) {
        for (int head = 0; head < params.heads(); head++) {
          int other = head % params.kvHeads() * group + head / params.kvHeads();
          int source = there ? head : other;
          System.arraycopy(from[r], source * dim, to[r], (there ? other : head) * dim, dim);
        }
      }
    }
  }

  /// Keeps the keys and values of the step under way in f32 and rounds them when the next one begins.
  private static final class UnroundedChunk extends Broken {
    private final Map<KvCache, KvCache> precise = new HashMap<>();
    private @Nullable Runnable round;

    @Override
    public KvCache allocateKvCache(KvCacheLayout layout, int deviceBlocks, int hostBlocks) {
      KvCache real = super.allocateKvCache(layout, deviceBlocks, hostBlocks);
      KvCacheLayout full =
          new KvCacheLayout(
              layout.layers(), layout.kvHeads(), layout.headDim(), layout.blockSize(), DType.F32);
      precise.put(real, super.allocateKvCache(full, deviceBlocks, hostBlocks));
      return real;
    }

    @Override
    public void writeKv(KvCache kv, int layer, Tensor k, Tensor v, StepInputs in) {
      if (round != null) {
        round.run();
      }
      super.writeKv(kv, layer, k, v, in);
      KvCache full = precise.getOrDefault(kv, kv);
      super.writeKv(full, layer, k, v, in);
      float[][] keys = rounded(get(k, in.tokens()), kv.layout().type());
      float[][] values = rounded(get(v, in.tokens()), kv.layout().type());
      StepInputs then = bent(in, new Bend() {});
      round =
          () -> {
            Tensor a = activation(keys.length, keys[0].length);
            Tensor b = activation(keys.length, keys[0].length);
            set(a, keys);
            set(b, values);
            super.writeKv(full, layer, a, b, then);
            free(a);
            free(b);
          };
    }

    private static float[][] rounded(float[][] values, DType type) {
      for (float[] row : values) {
        for (int i = 0; i < row.length; i++) {
          row[i] = Halves.rounded(row[i], type);
        }
      }
      return values;
    }

    @Override
    public void attention(
        Tensor out, Tensor q, KvCache kv, int layer, StepInputs in, AttentionParams params) {
      super.attention(out, q, precise.getOrDefault(kv, kv), layer, in, params);
    }
  }
}
