package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.StepInputs;
import org.jspecify.annotations.Nullable;

/// The operations that go element by element or row by row. Rows (or stretches of one row, where
/// elements are independent) are the items; small work stays on the caller.
final class RowOperations {
  private static final int STRETCH = 2048;

  /// Elements below which a region costs more than it saves.
  private static final int SMALL = 4096;

  private enum Kind {
    NORM,
    ADD,
    ADD_NORM,
    BIAS,
    SILU
  }

  private final WorkerPool pool;
  private final Arithmetic arithmetic;
  private final Scratch[] scratch;
  private final WorkerPool.Task byRow = this::row;
  private final WorkerPool.Task byStretch = this::stretch;

  private Kind kind = Kind.ADD;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation out;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation x;

  private CpuTensor.@Nullable Activation y;
  private float[] weight = new float[0];
  private float epsilon;
  private int stretches;

  RowOperations(WorkerPool pool, Arithmetic arithmetic, Scratch[] scratch) {
    this.pool = pool;
    this.arithmetic = arithmetic;
    this.scratch = scratch;
  }

  void rmsNorm(
      CpuTensor.Activation out,
      CpuTensor.Activation x,
      CpuTensor.Row weight,
      float epsilon,
      int rows) {
    set(Kind.NORM, out, x, null, weight.data);
    this.epsilon = epsilon;
    runRows(rows);
  }

  /// `target += x`, then the norm of the sum, one pass over a row.
  void addRmsNorm(
      CpuTensor.Activation out,
      CpuTensor.Activation target,
      CpuTensor.Activation x,
      CpuTensor.Row weight,
      float epsilon,
      int rows) {
    set(Kind.ADD_NORM, out, target, x, weight.data);
    this.epsilon = epsilon;
    runRows(rows);
  }

  void add(CpuTensor.Activation target, CpuTensor.Activation x, int rows) {
    set(Kind.ADD, target, x, null, weight);
    runStretches(rows);
  }

  void addBias(CpuTensor.Activation target, CpuTensor.Row bias, int rows) {
    set(Kind.BIAS, target, target, null, bias.data);
    runStretches(rows);
  }

  void siluMultiply(
      CpuTensor.Activation out, CpuTensor.Activation gate, CpuTensor.Activation up, int rows) {
    set(Kind.SILU, out, gate, up, weight);
    runStretches(rows);
  }

  /// Copies the rows of the outputs' tokens.
  void gather(CpuTensor.Activation into, CpuTensor.Activation from, StepInputs in) {
    for (int o = 0; o < in.outputs(); o++) {
      System.arraycopy(from.data, from.at(in.outputToken(o)), into.data, into.at(o), from.width());
    }
  }

  private void set(
      Kind what,
      CpuTensor.Activation into,
      CpuTensor.Activation from,
      CpuTensor.@Nullable Activation other,
      float[] factors) {
    kind = what;
    out = into;
    x = from;
    y = other;
    weight = factors;
  }

  private void runRows(int rows) {
    if ((long) rows * x.width() < SMALL) {
      for (int r = 0; r < rows; r++) {
        row(0, r);
      }
    } else {
      pool.run(byRow, rows);
    }
  }

  private void runStretches(int rows) {
    stretches = (out.width() + STRETCH - 1) / STRETCH;
    int items = rows * stretches;
    if ((long) rows * out.width() < SMALL) {
      for (int item = 0; item < items; item++) {
        stretch(0, item);
      }
    } else {
      pool.run(byStretch, items);
    }
  }

  private void row(int worker, int r) {
    CpuTensor.Activation added = y;
    if (kind == Kind.ADD_NORM && added != null) {
      arithmetic.add(x.data, x.at(r), added.data, added.at(r), x.width());
    }
    int n = weight.length;
    for (int from = 0; from < x.width(); from += n) {
      float sum = arithmetic.sumOfSquares(x.data, x.at(r) + from, n, scratch[worker].lanes);
      float factor = (float) (1 / Math.sqrt((double) sum / n + epsilon));
      arithmetic.scale(out.data, out.at(r) + from, x.data, x.at(r) + from, factor, weight, n);
    }
  }

  private void stretch(int worker, int item) {
    int r = item / stretches;
    int from = item % stretches * STRETCH;
    int n = Math.min(STRETCH, out.width() - from);
    CpuTensor.Activation up = y;
    if (kind == Kind.BIAS) {
      arithmetic.add(out.data, out.at(r) + from, weight, from, n);
    } else if (kind == Kind.SILU && up != null) {
      arithmetic.siluMultiply(
          out.data, out.at(r) + from, x.data, x.at(r) + from, up.data, up.at(r) + from, n);
    } else {
      arithmetic.add(out.data, out.at(r) + from, x.data, x.at(r) + from, n);
    }
  }
}
