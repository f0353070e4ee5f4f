package dev.jacquard.engine.kernel.cpu;

import dev.jacquard.spi.kernel.StepInputs;

/// Stores the keys and values of a step's tokens, a token an item; slot -1 is left out.
final class KvWriter {
  private final WorkerPool pool;
  private final WorkerPool.Task task = this::token;

  @SuppressWarnings("NullAway.Init") // set before every region
  private CpuKvCache kv;

  @SuppressWarnings("NullAway.Init")
  private CpuTensor.Activation k;

  @SuppressWarnings("NullAway.Init")
  private CpuTensor.Activation v;

  @SuppressWarnings("NullAway.Init")
  private StepInputs in;

  private int layer;

  KvWriter(WorkerPool pool) {
    this.pool = pool;
  }

  /// Shapes and slots are checked by the caller.
  void run(
      CpuKvCache kv, int layer, CpuTensor.Activation k, CpuTensor.Activation v, StepInputs in) {
    this.kv = kv;
    this.layer = layer;
    this.k = k;
    this.v = v;
    this.in = in;
    pool.run(task, in.tokens());
  }

  private void token(int worker, int token) {
    int slot = in.slot(token);
    if (slot >= 0) {
      kv.write(layer, slot, k.data, k.at(token), v.data, v.at(token));
    }
  }
}
