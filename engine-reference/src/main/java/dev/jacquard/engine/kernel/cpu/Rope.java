package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.RopeParams;
import dev.jacquard.spi.kernel.RopeStyle;
import dev.jacquard.spi.kernel.StepInputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rotates queries and keys by position.
///
/// Angles, cosines and sines are computed in f64 and rounded once; a pair becomes `(fma(a, cos, -(b
/// * sin)), fma(b, cos, a * sin))`. The cosines of each token are kept for the other layers of the
/// step, tagged with the position they belong to, so memory grows with the tokens of a step, not
/// with the context.
final class Rope {
  /// Models have one or two sets of parameters (local and global attention).
  private static final int TABLES = 4;

  private static final int TOKENS_PER_ITEM = 4;

  private final WorkerPool pool;
  private final List<Table> tables = new ArrayList<>();
  private final WorkerPool.Task task = this::item;

  private @Nullable Table table;
  private @Nullable StepInputs in;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation q;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuTensor.Activation k;

  Rope(WorkerPool pool) {
    this.pool = pool;
  }

  void run(CpuTensor.Activation q, CpuTensor.Activation k, StepInputs in, RopeParams params) {
    this.q = q;
    this.k = k;
    this.in = in;
    int tokens = in.tokens();
    Table chosen = tableFor(params);
    chosen.reserve(tokens);
    this.table = chosen;
    int items = (tokens + TOKENS_PER_ITEM - 1) / TOKENS_PER_ITEM;
    pool.run(task, items);
    this.in = null;
  }

  private Table tableFor(RopeParams params) {
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).params == params) {
        return tables.get(i);
      }
    }
    if (tables.size() == TABLES) {
      tables.removeFirst();
    }
    Table made = new Table(params);
    tables.add(made);
    return made;
  }

  private void item(int worker, int item) {
    StepInputs step = in;
    Table angles = table;
    if (step == null || angles == null) {
      return;
    }
    int end = Math.min(step.tokens(), (item + 1) * TOKENS_PER_ITEM);
    for (int t = item * TOKENS_PER_ITEM; t < end; t++) {
      angles.prepare(t, step.position(t));
      rotate(q, t, angles);
      rotate(k, t, angles);
    }
  }

  private static void rotate(CpuTensor.Activation x, int t, Table angles) {
    int headDim = angles.params.headDim();
    int from = t * angles.pairs;
    for (int head = 0; head < x.width(); head += headDim) {
      if (angles.params.style() == RopeStyle.HALVES) {
        rotateHalves(x.data, x.at(t) + head, angles.pairs, angles.cos, angles.sin, from);
      } else {
        rotateNeighbours(x.data, x.at(t) + head, angles.pairs, angles.cos, angles.sin, from);
      }
    }
  }

  private static void rotateHalves(
      float[] x, int at, int pairs, float[] cos, float[] sin, int from) {
    for (int i = 0; i < pairs; i++) {
      float a = x[at + i];
      float b = x[at + pairs + i];
      x[at + i] = Math.fma(a, cos[from + i], -(b * sin[from + i]));
      x[at + pairs + i] = Math.fma(b, cos[from + i], a * sin[from + i]);
    }
  }

  private static void rotateNeighbours(
      float[] x, int at, int pairs, float[] cos, float[] sin, int from) {
    for (int i = 0; i < pairs; i++) {
      float a = x[at + 2 * i];
      float b = x[at + 2 * i + 1];
      x[at + 2 * i] = Math.fma(a, cos[from + i], -(b * sin[from + i]));
      x[at + 2 * i + 1] = Math.fma(b, cos[from + i], a * sin[from + i]);
    }
  }

  /// Cosines and sines of the tokens of a step, by token.
  private static final class Table {
    private final RopeParams params;
    private final int pairs;
    private int[] positions = new int[0];
    private float[] cos = new float[0];
    private float[] sin = new float[0];

    private Table(RopeParams params) {
      this.params = params;
      this.pairs = params.pairs();
    }

    private void reserve(int tokens) {
      int had = positions.length;
      if (had < tokens) {
        positions = Arrays.copyOf(positions, tokens);
        Arrays.fill(positions, had, tokens, -1);
        cos = Arrays.copyOf(cos, tokens * pairs);
        sin = Arrays.copyOf(sin, tokens * pairs);
      }
    }

    private void prepare(int t, int position) {
      if (positions[t] == position) {
        return;
      }
      for (int i = 0; i < pairs; i++) {
        double angle = position * params.inverseFrequency(i);
        cos[t * pairs + i] = (float) (Math.cos(angle) * params.magnitude());
        sin[t * pairs + i] = (float) (Math.sin(angle) * params.magnitude());
      }
      positions[t] = position;
    }
  }
}
