package dev.jacquard.conformance.kernel;

import dev.jacquard.conformance.Mutant;
import dev.jacquard.conformance.Rule;
import dev.jacquard.spi.error.BackendException;
import dev.jacquard.spi.error.BackendException.Severity;
import dev.jacquard.spi.error.StandardErrorCode;
import dev.jacquard.spi.kernel.BackendCapabilities;
import dev.jacquard.spi.kernel.DType;
import dev.jacquard.spi.kernel.Operation;
import dev.jacquard.spi.kernel.Tensor;
import dev.jacquard.spi.kernel.WeightRole;
import dev.jacquard.spi.kernel.WeightSpec;
import java.lang.foreign.Arena;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What is accepted and should not be, and the other way round: KRN-3 and KRN-8.
final class RefusalMutants {
  private RefusalMutants() {}

  static List<Mutant<BackendUnderTest>> all() {
    return List.of(
        new Mutant<>(
            Rule.KRN_3,
            "passes over tensors that are not its own",
            c -> new TakesAnything(),
            "it was accepted"),
        new Mutant<>(
            Rule.KRN_3, "runs before it looks", c -> new WritesFirst(), "was refused, yet wrote"),
        new Mutant<>(Rule.KRN_3, "finds out by an index", c -> new OutOfBounds(), "it threw"),
        new Mutant<>(Rule.KRN_3, "keeps what has views", c -> new FreesLater(), "VIEW_OF_FREED"),
        new Mutant<>(Rule.KRN_3, "frees twice", c -> new FreesTwice(), "freeing a tensor twice"),
        new Mutant<>(
            Rule.KRN_8,
            "declares a type it cannot load",
            c -> new DeclaresMore(),
            "which is declared"),
        new Mutant<>(
            Rule.KRN_8, "loads unknown types as zeros", c -> new LoadsZeros(), "it was accepted"),
        new Mutant<>(Rule.KRN_8, "refuses with another code", c -> new OtherCode(), "the code is"),
        new Mutant<>(Rule.KRN_8, "refuses without a name", c -> new Nameless(), "refused by name"),
        new Mutant<>(
            Rule.KRN_8,
            "declares SAMPLE and has none",
            c -> new DeclaresSample(),
            "sample, which is declared"),
        new Mutant<>(
            Rule.KRN_8,
            "does not declare GATHER_ROWS and does it",
            c -> new DeclaresLess(),
            "gatherRows"),
        new Mutant<>(
            Rule.KRN_8, "loads norms as F32 only", c -> new PlainNorms(), "loading a NORM"));
  }

  private static final class TakesAnything extends Broken {
    @Override
    public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
      try {
        super.siluMultiply(out, gate, up, rows);
      } catch (IllegalArgumentException e) {
        // as if it had run
      }
    }
  }

  private static final class WritesFirst extends Broken {
    @Override
    public void siluMultiply(Tensor out, Tensor gate, Tensor up, int rows) {
      float[][] ones = new float[rows][out.width()];
      for (float[] row : ones) {
        java.util.Arrays.fill(row, 1);
      }
      set(out, ones);
      super.siluMultiply(out, gate, up, rows);
    }
  }

  private static final class OutOfBounds extends Broken {
    @Override
    public void matmul(Tensor out, Tensor x, Tensor weight, int rows) {
      try {
        super.matmul(out, x, weight, rows);
      } catch (IllegalArgumentException e) {
        throw new IndexOutOfBoundsException(e.getMessage());
      }
    }
  }

  private static final class FreesLater extends Broken {
    private final Set<Tensor> viewed = new HashSet<>();

    @Override
    public Tensor columns(Tensor base, int from, int width) {
      viewed.add(base);
      return super.columns(base, from, width);
    }

    @Override
    public void free(Tensor tensor) {
      if (!viewed.contains(tensor)) {
        super.free(tensor);
      }
    }
  }

  private static final class FreesTwice extends Broken {
    private final Set<Tensor> gone = new HashSet<>();

    @Override
    public void free(Tensor tensor) {
      if (gone.add(tensor)) {
        super.free(tensor);
      }
    }
  }

  private static BackendCapabilities with(
      BackendCapabilities c, Set<Operation> operations, Set<DType> weightTypes) {
    return new BackendCapabilities(
        c.device(), operations, weightTypes, c.kvTypes(), true, true, c.tolerance());
  }

  private static final class DeclaresMore extends Broken {
    @Override
    public BackendCapabilities capabilities() {
      BackendCapabilities c = super.capabilities();
      Set<DType> types = new HashSet<>(c.weightTypes());
      types.add(DType.Q6_K);
      return with(c, c.operations(), types);
    }
  }

  private static final class LoadsZeros extends Broken {
    @Override
    public Tensor loadWeight(WeightSpec spec) {
      try {
        return super.loadWeight(spec);
      } catch (BackendException e) {
        var zeros = Arena.ofAuto().allocate(4L * spec.rows() * spec.width(), 8);
        return super.loadWeight(
            new WeightSpec(
                spec.name(),
                WeightRole.MATRIX,
                false,
                DType.F32,
                spec.rows(),
                spec.width(),
                List.of(zeros)));
      }
    }
  }

  private static final class OtherCode extends Broken {
    @Override
    public Tensor loadWeight(WeightSpec spec) {
      try {
        return super.loadWeight(spec);
      } catch (BackendException e) {
        throw new BackendException(
            StandardErrorCode.BACKEND_FAILED, e.severity(), e.getMessage(), e);
      }
    }
  }

  private static final class Nameless extends Broken {
    @Override
    public Tensor loadWeight(WeightSpec spec) {
      try {
        return super.loadWeight(spec);
      } catch (BackendException e) {
        throw new BackendException(
            StandardErrorCode.UNSUPPORTED_OPERATION, Severity.STEP_FAILED, "unsupported", e);
      }
    }
  }

  private static final class DeclaresSample extends Broken {
    @Override
    public BackendCapabilities capabilities() {
      BackendCapabilities c = super.capabilities();
      return with(c, EnumSet.allOf(Operation.class), c.weightTypes());
    }
  }

  private static final class DeclaresLess extends Broken {
    @Override
    public BackendCapabilities capabilities() {
      BackendCapabilities c = super.capabilities();
      Set<Operation> operations = EnumSet.copyOf(c.operations());
      operations.remove(Operation.GATHER_ROWS);
      return with(c, operations, c.weightTypes());
    }
  }

  private static final class PlainNorms extends Broken {
    @Override
    public Tensor loadWeight(WeightSpec spec) {
      if (spec.role() == WeightRole.NORM && spec.type() != DType.F32) {
        throw new BackendException(
            StandardErrorCode.UNSUPPORTED_OPERATION,
            Severity.STEP_FAILED,
            spec.name() + " is a norm of " + spec.type(),
            null);
      }
      return super.loadWeight(spec);
    }
  }
}
